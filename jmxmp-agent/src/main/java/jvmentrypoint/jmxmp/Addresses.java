package jvmentrypoint.jmxmp;

import java.net.InetAddress;

/** How an address is written for people: never a name, since looking one up can take seconds. */
public final class Addresses {
    private Addresses() {}

    /** {@code 127.0.0.1:5555} or {@code [0:0:0:0:0:0:0:1]:5555}. */
    public static String text(InetAddress address, int port) {
        String literal = address.getHostAddress();
        return (literal.indexOf(':') < 0 ? literal : "[" + literal + "]") + ":" + port;
    }
}
