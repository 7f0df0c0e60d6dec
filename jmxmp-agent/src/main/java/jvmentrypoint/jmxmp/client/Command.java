package jvmentrypoint.jmxmp.client;

import java.util.List;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** A command line, understood. */
final class Command {
    final String verb;
    final String host;
    final int port;
    /** Null only for names without a pattern. */
    final ObjectName name;
    /** Null for all. */
    final String attribute;

    private Command(List<String> words) {
        verb = words.get(0);
        String server = words.get(1);
        int colon = server.lastIndexOf(':');
        host = host(server, server.substring(0, Math.max(colon, 0)));
        port = port(server, server.substring(colon + 1));
        name = words.size() > 2 ? name(words.get(2)) : null;
        attribute = words.size() > 3 ? words.get(3) : null;
        if (verb.equals("get") && name.isPattern()) {
            throw new IllegalArgumentException(words.get(2) + ": a pattern (find one MBean's name with names)");
        }
    }

    /**
     * Reads the words after {@code java -jar jmxmp-agent.jar}.
     *
     * @throws IllegalArgumentException saying which word is wrong
     */
    static Command parse(List<String> words) {
        String verb = words.isEmpty() ? "" : words.get(0);
        boolean known = verb.equals("get") || verb.equals("names");
        if (!known) {
            throw new IllegalArgumentException(verb.isEmpty() ? "no command" : verb + ": unknown command");
        }
        int least = verb.equals("get") ? 3 : 2;
        if (words.size() < least || words.size() > least + 1) {
            throw new IllegalArgumentException(
                    verb + ": " + (words.size() < least ? "too few words" : "too many words"));
        }
        return new Command(words);
    }

    /** As it was typed, but for the brackets' presence. */
    String server() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    private static String host(String server, String host) {
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || !brackets && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(server + ": not HOST:PORT (an IPv6 address needs brackets: [::1]:5555)");
        }
        return brackets ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(String server, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(server + ": not HOST:PORT", e);
        }
        throw new IllegalArgumentException(server + ": not a port");
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(text + ": not an MBean's name (such as java.lang:type=Memory)", e);
        }
    }
}
