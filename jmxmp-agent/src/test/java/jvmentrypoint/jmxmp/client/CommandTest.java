package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "names h:1              | names | h   | 1 | -     | -",
                "names h:1 a:*          | names | h   | 1 | a:*   | -",
                "get [::1]:5 a:b=c      | get   | ::1 | 5 | a:b=c | -",
                "get h:65535 a:b=c D.e  | get   | h   | 65535 | a:b=c | D.e",
            })
    void accepted(String line, String verb, String host, int port, String name, String attribute) {
        Command command = Command.parse(Arrays.asList(line.split(" ")));
        assertEquals(verb, command.verb);
        assertEquals(host, command.host);
        assertEquals(port, command.port);
        assertEquals(name, command.name == null ? null : command.name.toString());
        assertEquals(attribute, command.attribute);
        assertEquals(line.split(" ")[1], command.server());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set h:1 a:b=c        | set: unknown command",
                "names                | names: too few words",
                "names h:1 a:* x      | names: too many words",
                "get h:1              | get: too few words",
                "get h:1 a:b=c d e    | get: too many words",
                "get h a:b=c          | h: not HOST:PORT",
                "get h: a:b=c         | h:: not HOST:PORT",
                "get :1 a:b=c         | :1: not HOST:PORT",
                "get ::1:5 a:b=c      | ::1:5: not HOST:PORT",
                "get h:0 a:b=c        | h:0: not a port",
                "get h:65536 a:b=c    | h:65536: not a port",
                "get h:1 Memory       | Memory: not an MBean's name",
                "get h:1 a:*          | a:*: a pattern",
                "names h:1 Memory     | Memory: not an MBean's name",
            })
    void refused(String line, String message) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> Command.parse(Arrays.asList(line.split(" "))));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }
}
