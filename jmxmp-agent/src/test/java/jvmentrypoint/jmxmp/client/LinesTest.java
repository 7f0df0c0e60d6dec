package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LinesTest {
    @Test
    void csv() {
        assertEquals("", Csv.line(Arrays.asList()));
        assertEquals("1,,a b,2.5", Csv.line(Arrays.asList(1, null, "a b", 2.5)));
        assertEquals("\"a,b\",\"say \"\"x\"\"\",\" a\"", Csv.line(Arrays.asList("a,b", "say \"x\"", " a")));
        assertEquals("a\\r\\nb\\u001b,\"[1, 2]\"", Csv.line(Arrays.asList("a\r\nb\u001b", new int[] {1, 2})));
    }

    @Test
    void columns() throws Exception {
        assertEquals(
                "[a:b=c D, a:b=c E.x:y, e:type=f,g=h I]",
                Column.parse(Arrays.asList("a:b=c", "D", "E.x:y", "e:type=f,g=h", "I"))
                        .toString());
    }

    @Test
    void whoLeftAndWhatIsFull() {
        assertTrue(failure("Broken pipe").readerLeft());
        assertFalse(failure("No space left on device").readerLeft());
        assertEquals(
                "can't write: No space left on device",
                failure("No space left on device").reason());
    }

    private static Output.Failed failure(final String message) {
        Output out = Output.to(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException(message);
                    }
                },
                false);
        out.line("x");
        return assertThrows(Output.Failed.class, out::flush);
    }
}
