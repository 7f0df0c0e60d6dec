package jvmentrypoint.examples.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void writesMapsListsNumbersAndStrings() {
        assertEquals("{\"a\":[1,\"b\"]}", Json.of(Collections.singletonMap("a", Arrays.asList(1, "b"))));
    }

    @Test
    void emptyOnesStayEmpty() {
        assertEquals("[]", Json.of(Collections.emptyList()));
        assertEquals("\"\"", Json.of(""));
    }

    @Test
    void escapesWhatJsonWantsEscaped() {
        assertEquals("\"\\\"\\\\\\u000a\\u0000/ü\"", Json.of("\"\\\n\0/ü"));
    }

    @Test
    void halfAPairSurvivesUtf8() {
        assertEquals("\"\\ud83d\"", Json.of("\ud83d"));
    }
}
