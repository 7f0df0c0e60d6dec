package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Map;

/** A server, and how to speak to it. */
final class Target {
    private static final String PASSWORD_VARIABLE = "JMXMP_PASSWORD";
    private static final String DEFAULT_USER = "jmx";
    private static final String[] MEANING_TLS = {"--ca", "--cert", "--key", "--keystore", "--server-name"};
    private static final int MAX_SECRET_BYTES = 64 << 10;

    private final String host;
    private final int port;
    private final boolean tls;
    private final String user;
    private final String password;
    private final String ca;
    private final String cert;
    private final String key;
    private final String keystore;
    private final String keystorePassword;
    private final String serverName;
    private final long timeoutMillis;

    private Target(String server, Options options, Map<String, String> environment) throws UsageException {
        int colon = server.lastIndexOf(':');
        host = host(server, server.substring(0, Math.max(colon, 0)));
        port = port(server, server.substring(colon + 1));
        tls = tls(options);
        password = password(options, environment);
        user = password == null ? null : user(options);
        if (password != null && !tls) {
            throw new UsageException("a password needs --tls: without it everybody on the way could read it");
        }
        options.require("--cert", "--key");
        options.require("--key", "--cert");
        options.exclude("--cert", "--keystore");
        options.require("--keystore-password-file", "--keystore");
        ca = options.value("--ca");
        cert = options.value("--cert");
        key = options.value("--key");
        keystore = options.value("--keystore");
        keystorePassword = secret(options, "--keystore-password-file");
        serverName = options.value("--server-name");
        timeoutMillis = options.millis("--timeout", 30000);
    }

    /** Reads the files of secrets, but none of TLS. */
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

    boolean tls() {
        return tls;
    }

    /** Null, like the password, if we come without a name. */
    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** PEM file of who may have signed the server's certificate; null for those that java knows. */
    String ca() {
        return ca;
    }

    /** PEM file of our certificate; null, like the key, for none. */
    String cert() {
        return cert;
    }

    String key() {
        return key;
    }

    /** PKCS12 file of our certificate and key, in place of both; null for none. */
    String keystore() {
        return keystore;
    }

    /** Null for none. */
    String keystorePassword() {
        return keystorePassword;
    }

    /** The name that the server's certificate must have; null for the host. */
    String serverName() {
        return serverName;
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

    private static boolean tls(Options options) {
        boolean tls = options.has("--tls");
        for (String option : MEANING_TLS) {
            tls |= options.has(option);
        }
        return tls;
    }

    private static String user(Options options) throws UsageException {
        options.exclude("--user", "--user-file");
        String user = options.has("--user") ? options.value("--user") : secret(options, "--user-file");
        return user == null ? DEFAULT_USER : user;
    }

    /** The variable is ours only where somebody asked for a password: it may be the service's own in a shared container. */
    private static String password(Options options, Map<String, String> environment) throws UsageException {
        options.exclude("--password-file", "--password-env");
        if (options.has("--password-file")) {
            return secret(options, "--password-file");
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
        return password;
    }

    private static String secret(Options options, String option) throws UsageException {
        String file = options.value(option);
        if (file == null) {
            return null;
        }
        String text = read(option + " " + file, file);
        int end = text.endsWith("\n") ? text.length() - 1 : text.length();
        end = end < text.length() && end > 0 && text.charAt(end - 1) == '\r' ? end - 1 : end;
        if (end == 0) {
            throw new UsageException(option + " " + file + ": empty");
        }
        return text.substring(0, end);
    }

    private static String read(String place, String file) throws UsageException {
        try {
            Path path = Paths.get(file);
            if (Files.isDirectory(path)) {
                throw new UsageException(place + ": a directory");
            }
            if (Files.isRegularFile(path) && Files.size(path) > MAX_SECRET_BYTES) {
                throw new UsageException(place + ": too big");
            }
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new UsageException(place + ": no such file");
        } catch (IOException e) {
            throw new UsageException(place + ": not readable");
        } catch (InvalidPathException e) {
            throw new UsageException(place + ": not a file's name");
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
