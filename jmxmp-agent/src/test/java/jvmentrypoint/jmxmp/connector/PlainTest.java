package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTest {
    @Test
    void readsWhatItWrites() {
        Plain plain = Plain.decode(new Plain("jürgen", "pass word").encoded());
        assertEquals("jürgen", plain.user);
        assertEquals("pass word", plain.password);
    }

    /** A bar stands for NUL. */
    @ParameterizedTest
    @CsvSource({"ops|ops|secret, secret", "|ops|, ''", "root|ops|secret,", "ops|secret,", "|ops|sec|ret,", "'',"})
    void decode(String message, String password) {
        Plain plain = Plain.decode(message.replace('|', '\0').getBytes(StandardCharsets.UTF_8));
        if (password == null) {
            assertNull(plain);
        } else {
            assertEquals(password, plain.password);
        }
    }

    /** Else all passwords of a length that aren't UTF-8 would be one. */
    @Test
    void bytesThatAreNoText() {
        assertNull(Plain.decode(new byte[] {0, 'a', 0, (byte) 0xff, (byte) 0xfe}));
    }

    @Test
    void nothingSent() {
        assertNull(Plain.decode(null));
    }
}
