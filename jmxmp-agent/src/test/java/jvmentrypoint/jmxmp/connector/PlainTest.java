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

    @Test
    void nothingSent() {
        assertNull(Plain.decode(null));
    }
}
