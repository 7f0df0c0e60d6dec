package jvmentrypoint.jmxmp.security;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text that is to be compared: the JDK's own decoding makes equal whatever it can't read, and so any such passwords. */
public final class Utf8 {
    private Utf8() {}

    /** @throws CharacterCodingException where the bytes are no UTF-8 */
    public static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
