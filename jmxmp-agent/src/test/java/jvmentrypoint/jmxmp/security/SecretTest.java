package jvmentrypoint.jmxmp.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretTest {
    @TempDir
    Path folder;

    /** A bar stands for a line feed, a slash for a carriage return. */
    @ParameterizedTest
    @CsvSource({"secret|, secret", "secret/|, secret", "secret, secret", "' two words ', ' two words '", "a||, 'a|'"})
    void file(String content, String read) throws IOException {
        Path file = folder.resolve("secret");
        Files.write(file, content.replace('|', '\n').replace('/', '\r').getBytes(StandardCharsets.UTF_8));
        assertEquals(read.replace('|', '\n'), Secret.ofFile(file.toString()).read());
    }

    @Test
    void readAnew() throws IOException {
        Path file = folder.resolve("secret");
        Secret secret = Secret.ofFileOrVariable(file.toString(), "IGNORED");
        assertThrows(IOException.class, secret::read);
        Files.write(file, "one".getBytes(StandardCharsets.UTF_8));
        assertEquals("one", secret.read());
        Files.write(file, "\n".getBytes(StandardCharsets.UTF_8));
        assertThrows(IOException.class, secret::read);
    }

    @Test
    void bytesThatAreNoText() throws IOException {
        Path file = folder.resolve("secret");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        IOException e = assertThrows(
                IOException.class, () -> Secret.ofFile(file.toString()).read());
        assertEquals(file + ": not UTF-8", e.getMessage());
    }

    @Test
    void variable() throws IOException {
        assertEquals(
                System.getenv("PATH"), Secret.ofFileOrVariable(null, "PATH").read());
        assertThrows(
                IOException.class, () -> Secret.ofVariable("NOT_SET_ANYWHERE").read());
        assertNull(Secret.ofFileOrVariable(null, null));
    }
}
