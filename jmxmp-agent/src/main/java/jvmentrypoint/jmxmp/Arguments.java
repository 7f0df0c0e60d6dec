package jvmentrypoint.jmxmp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;

/**
 * What the agent was asked to do: the text after {@code -javaagent:jmxmp-agent.jar=}, and the three system properties of
 * the article that this agent comes from, which win since a person set them.
 */
public final class Arguments {
    static final String URL = "javax.management.remote.jmxmp.url";
    static final String BIND_ETH0 = "javax.management.remote.jmx.bind_eth0";
    static final String ENABLE_LOGGING = "javax.management.remote.jmx.enable_logging";

    private static final int DEFAULT_PORT = 5555;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String SCHEME = "service:jmx:jmxmp://";

    private boolean eth0;
    private boolean logging;
    private int port = -1;
    private List<String> binds = new ArrayList<String>();
    private final Protection protection = new Protection();

    private Arguments() {}

    /**
     * Reads {@code port=5555,bind=127.0.0.1,bind=::1,access=read-only}; null and empty mean the defaults.
     *
     * @throws IllegalArgumentException naming the first key that is wrong and what to write instead
     */
    public static Arguments parse(String text, Properties properties) {
        Arguments result = new Arguments();
        if (text != null && !text.isEmpty()) {
            for (String setting : text.split(",", -1)) {
                int equals = setting.indexOf('=');
                result.take(
                        equals < 0 ? setting : setting.substring(0, equals),
                        equals < 0 ? "" : setting.substring(equals + 1));
            }
        }
        result.protection.check();
        if (!result.off()) {
            result.readProperties(properties);
            result.fillDefaults();
        }
        return result;
    }

    private void take(String key, String value) {
        if (key.equals("port") && port < 0) {
            port = port("port", value);
        } else if (key.equals("port")) {
            throw new IllegalArgumentException(key + ": given twice (give it once)");
        } else if (key.equals("bind")) {
            binds.add(host("bind", value));
        } else if (!protection.take(key, value)) {
            throw new IllegalArgumentException(
                    "'" + key
                            + "': unknown setting (use port=, bind=, access= and those in docs/options.md, separated by commas)");
        }
    }

    /** Who may do what. */
    public Protection protection() {
        return protection;
    }

    /** Whether nothing at all is to be done. */
    public boolean off() {
        return protection.isOff();
    }

    /** 0 for a free one. */
    public int port() {
        return port;
    }

    /** Addresses or host names to listen on, without brackets; never empty. */
    public List<String> binds() {
        return Collections.unmodifiableList(binds);
    }

    /** Whether eth0's IPv4 address is to be listened on as well. */
    public boolean eth0() {
        return eth0;
    }

    /** Whether the listening address and clients' coming and going are said on stderr. */
    public boolean logging() {
        return logging;
    }

    /** The URL's host beats bind_eth0, as in the article, where bind_eth0 only chose the default URL's host. */
    private void readProperties(Properties properties) {
        logging = flag(properties, ENABLE_LOGGING);
        eth0 = flag(properties, BIND_ETH0);
        if (!eth0 && properties.getProperty(BIND_ETH0) != null) {
            binds.clear();
        }
        String url = properties.getProperty(URL);
        if (url != null) {
            readUrl(url);
        }
    }

    private void readUrl(String url) {
        if (!url.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new IllegalArgumentException(URL + "=" + url + ": not a JMXMP URL (use " + SCHEME + "HOST:PORT)");
        }
        String authority = url.substring(SCHEME.length());
        for (char end : new char[] {'/', ';'}) {
            int cut = authority.indexOf(end);
            authority = cut < 0 ? authority : authority.substring(0, cut);
        }
        int colon = authority.lastIndexOf(':');
        if (colon > authority.lastIndexOf(']')) {
            port = port(URL, authority.substring(colon + 1));
            authority = authority.substring(0, colon);
        }
        if (!authority.isEmpty()) {
            binds = new ArrayList<String>(Collections.singletonList(host(URL, authority)));
            eth0 = false;
        }
    }

    private void fillDefaults() {
        if (port < 0) {
            port = DEFAULT_PORT;
        }
        if (binds.isEmpty()) {
            binds.add(LOOPBACK);
        }
    }

    private static boolean flag(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null || value.equalsIgnoreCase("false")) {
            return false;
        }
        if (!value.equalsIgnoreCase("true")) {
            throw new IllegalArgumentException(key + "=" + value + ": neither true nor false (use one of them)");
        }
        return true;
    }

    private static int port(String key, String value) {
        boolean number = !value.isEmpty() && value.length() <= 5;
        for (int i = 0; i < value.length(); i++) {
            number &= value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        if (!number || Integer.parseInt(value) > 65535) {
            throw new IllegalArgumentException(
                    key + ": '" + value + "' is not a port (use 1 to 65535, or 0 for a free one)");
        }
        return Integer.parseInt(value);
    }

    private static String host(String key, String value) {
        boolean brackets = value.startsWith("[") && value.endsWith("]");
        String host = brackets ? value.substring(1, value.length() - 1) : value;
        boolean valid = host.indexOf(':') >= 0 ? isIPv6(host) : !brackets && isNameOrIPv4(host);
        if (!valid) {
            throw new IllegalArgumentException(
                    key + ": '" + value + "' is no address or host name (use one such as 127.0.0.1, ::1 or localhost)");
        }
        return host;
    }

    /** Only the alphabet: the JDK parses the rest, and takes no text with a colon for a name to look up. */
    private static boolean isIPv6(String host) {
        for (int i = 0; i < host.length(); i++) {
            if ("0123456789abcdefABCDEF:.".indexOf(host.charAt(i)) < 0) {
                return false;
            }
        }
        return host.length() > 1;
    }

    /** Refuses short numbers such as 5555, which the JDK would read as the address 0.0.21.179. */
    private static boolean isNameOrIPv4(String host) {
        boolean numeric = true;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_';
            boolean digit = c >= '0' && c <= '9' || c == '.';
            if (!letter && !digit) {
                return false;
            }
            numeric &= digit;
        }
        return !host.isEmpty() && (!numeric || isIPv4(host));
    }

    private static boolean isIPv4(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }
}
