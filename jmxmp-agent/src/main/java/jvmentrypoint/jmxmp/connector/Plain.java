package jvmentrypoint.jmxmp.connector;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import jvmentrypoint.jmxmp.security.Utf8;

/** SASL's PLAIN (RFC 4616): {@code authzid NUL authcid NUL passwd}. The JDK has a client of it, but no server. */
final class Plain {
    static final String MECHANISM = "PLAIN";

    final String user;
    final String password;

    Plain(String user, String password) {
        this.user = user;
        this.password = password;
    }

    byte[] encoded() {
        return ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
    }

    /** Null for what is no such message, and for one who wants to act as another. */
    static Plain decode(byte[] message) {
        if (message == null) {
            return null;
        }
        String[] parts;
        try {
            parts = Utf8.decode(message).split("\0", -1);
        } catch (CharacterCodingException e) {
            return null;
        }
        if (parts.length != 3 || !parts[0].isEmpty() && !parts[0].equals(parts[1])) {
            return null;
        }
        return new Plain(parts[1], parts[2]);
    }
}
