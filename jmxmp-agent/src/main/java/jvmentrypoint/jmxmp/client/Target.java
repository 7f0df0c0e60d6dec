package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.Map;
import jvmentrypoint.jmxmp.security.ClientSecurity;
import jvmentrypoint.jmxmp.security.Secret;
import jvmentrypoint.jmxmp.security.TlsFiles;

/** A server, and how to speak to it. */
final class Target {
    private static final String PASSWORD_VARIABLE = "JMXMP_PASSWORD";
    /** What java puts in the place of bytes that its locale does not have. */
    private static final char UNREADABLE = '\ufffd';

    private static final String DEFAULT_USER = "jmx";
    private static final String[] MEANING_TLS = {"--ca", "--cert", "--key", "--keystore", "--server-name"};

    private final String host;
    private final int port;
    private final Options options;
    /** Null for none. */
    private final Secret password;

    private final long timeoutMillis;

    private Target(String server, Options options, Map<String, String> environment) throws UsageException {
        int colon = server.lastIndexOf(':');
        host = host(server, server.substring(0, Math.max(colon, 0)));
        port = port(server, server.substring(colon + 1));
        this.options = options;
        password = password(environment);
        options.exclude("--user", "--user-file");
        options.require("--cert", "--key");
        options.require("--key", "--cert");
        options.exclude("--cert", "--keystore");
        options.require("--keystore", "--keystore-password-file");
        options.require("--keystore-password-file", "--keystore");
        check(password);
        check(user());
        check(secretFile("--keystore-password-file"));
        timeoutMillis = options.millis("--timeout", 30000);
    }

    /** Looks into the files of secrets, but into none of TLS. */
    static Target parse(String server, Options options, Map<String, String> environment) throws UsageException {
        return new Target(server, options, environment);
    }

    /** Without brackets. */
    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** A password demands TLS, without which everybody on the way could read it. */
    ClientSecurity security() {
        TlsFiles files = new TlsFiles(
                options.value("--cert"),
                options.value("--key"),
                options.value("--keystore"),
                secretFile("--keystore-password-file"),
                options.value("--ca"));
        return new ClientSecurity(tls(), files, options.value("--server-name"), user(), password);
    }

    /** For one request. */
    long timeoutMillis() {
        return timeoutMillis;
    }

    /** HOST:PORT, as it was typed but for the brackets' presence. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private boolean tls() {
        boolean tls = options.has("--tls");
        for (String option : MEANING_TLS) {
            tls |= options.has(option);
        }
        return tls;
    }

    private Secret user() {
        Secret file = secretFile("--user-file");
        return file != null ? file : Secret.of(options.has("--user") ? options.value("--user") : DEFAULT_USER);
    }

    /** The variable is ours only where somebody asked for a password: it may be the service's own in a shared container. */
    private Secret password(Map<String, String> environment) throws UsageException {
        options.exclude("--password-file", "--password-env");
        if (options.has("--password-file")) {
            return secretFile("--password-file");
        }
        boolean named = options.has("--user") || options.has("--user-file");
        if (!named && !options.has("--password-env")) {
            return null;
        }
        String variable = options.has("--password-env") ? options.value("--password-env") : PASSWORD_VARIABLE;
        String password = environment.get(variable);
        if (password == null || password.isEmpty()) {
            throw new UsageException("no password: set the variable " + variable + ", or use --password-file");
        }
        return password.indexOf(UNREADABLE) < 0 ? Secret.of(password) : Secret.ofVariable(variable);
    }

    private Secret secretFile(String option) {
        return options.has(option) ? Secret.ofFile(options.value(option)) : null;
    }

    /** Now rather than in the middle of a handshake. */
    private static void check(Secret secret) throws UsageException {
        try {
            if (secret != null) {
                secret.read();
            }
        } catch (IOException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static String host(String server, String host) throws UsageException {
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || !brackets && host.indexOf(':') >= 0) {
            throw new UsageException(server + ": not HOST:PORT (an IPv6 address needs brackets: [::1]:5555)");
        }
        return brackets ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(String server, String text) throws UsageException {
        int port;
        try {
            port = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new UsageException(server + ": not HOST:PORT");
        }
        if (port < 1 || port > 65535) {
            throw new UsageException(server + ": not a port");
        }
        return port;
    }
}
