package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import jvmentrypoint.jmxmp.security.ClientSecurity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private static final Map<String, String> ENVIRONMENT = Collections.singletonMap("JMXMP_PASSWORD", "hunter2");

    private static CommandLine parse(String line) throws UsageException {
        return CommandLine.parse(Options.parse(Arrays.asList(line.split(" "))), ENVIRONMENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "names h:1                                   | Names   | h:1     | false",
                "names h:1 a:*                               | Names   | h:1     | false",
                "get [::1]:5 a:b=c                           | Get     | [::1]:5 | false",
                "get h:65535 a:b=c D.e f                     | Get     | h:65535 | false",
                "--json get h:1 a:b=c                        | Get     | h:1     | true",
                "invoke h:1 a:b=c d --json -1 -l             | Invoke  | h:1     | true",
                "invoke h:1 a:b=c d -- --json                | Invoke  | h:1     | false",
                "threads --timeout 5s h:1                    | Threads | h:1     | false",
                "watch h:1 --every=500ms --count 3 a:b=c D   | Watch   | h:1     | false",
                "top --every 1m h:1                          | Top     | h:1     | false",
            })
    void accepted(String line, String command, String server, boolean json) throws Exception {
        CommandLine parsed = parse(line);
        assertEquals(command, parsed.command.getClass().getSimpleName());
        assertEquals(server, parsed.target.toString());
        assertEquals(json, parsed.json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set h:1 a:b=c                | set: unknown command",
                "names                        | names: too few words",
                "names h:1 a:* x              | names: too many words",
                "get h:1                      | get: too few words",
                "invoke h:1 a:b=c             | invoke: too few words",
                "threads h:1 x                | threads: too many words",
                "watch h:1 a:b=c              | watch: too few words",
                "watch h:1 a:b=c D e:f=g      | e:f=g: no attribute behind it",
                "watch h:1 a:b=c e:f=g D      | a:b=c: no attribute behind it",
                "watch h:1 Memory D           | Memory: not an MBean's name",
                "get h a:b=c                  | h: not HOST:PORT",
                "get h: a:b=c                 | h:: not HOST:PORT",
                "get :1 a:b=c                 | :1: not HOST:PORT",
                "get ::1:5 a:b=c              | ::1:5: not HOST:PORT",
                "get h:0 a:b=c                | h:0: not a port",
                "get h:65536 a:b=c            | h:65536: not a port",
                "get h:1 Memory               | Memory: not an MBean's name",
                "get h:1 a:*                  | a:*: a pattern",
                "names h:1 Memory             | Memory: not an MBean's name",
                "names h:1 --every 5s         | --every: only with watch and top",
                "top h:1 --every 1d           | --every 1d: not a time",
                "top h:1 --every 10ms         | --every 10ms: not a time",
                "top h:1 --every 25h          | --every 25h: not a time",
                "top h:1 --every s            | --every s: not a time",
                "top h:1 --count 0            | --count 0: not a number from 1 on",
                "top h:1 --count              | --count: no value",
                "top h:1 --count --json       | --count: no value",
                "top h:1 --count=             | --count: no value",
                "top h:1 --json=yes           | --json: takes no value",
                "top h:1 --json --json        | --json: given twice",
                "top h:1 --passwrod=hunter2   | --passwrod: unknown option (",
                "top h:1 --password hunter2   | --password: not on the command line, where others can see it (use "
                        + "--password-file or the variable JMXMP_PASSWORD)",
                "top h:1 --keystore-password=hunter2 | --keystore-password: not on the command line",
                "top h:1 --user u --password-env NONE | no password: set the variable NONE,",
                "top h:1 --tls --user u --user-file f | --user and --user-file: give one",
                "top h:1 --password-file f --password-env E | --password-file and --password-env: give one",
                "top h:1 --tls --password-file /nowhere/p | /nowhere/p (No such file or directory)",
                "top h:1 --tls --password-file /          | /: not a file",
                "top h:1 --tls --password-file /dev/null  | /dev/null: not a file",
                "top h:1 --cert c             | --cert: needs --key",
                "top h:1 --key k              | --key: needs --cert",
                "top h:1 --cert c --key k --keystore s    | --cert and --keystore: give one",
                "top h:1 --tls --keystore-password-file f | --keystore-password-file: needs --keystore",
            })
    void refused(String line, String message) {
        Exception e = assertThrows(UsageException.class, () -> parse(line));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    @Test
    void whatIsLeftAreWords() throws Exception {
        Options options = Options.parse(Arrays.asList("a", "--user", "u", "-b", "--json", "--", "--user", "--", "-1"));
        assertEquals(Arrays.asList("a", "-b", "--user", "--", "-1"), options.words());
        assertEquals("u", options.value("--user"));
    }

    @Test
    void target(@TempDir Path folder) throws Exception {
        Path password = write(folder, "password", " hunter2 \n");
        Path windows = write(folder, "windows", "changeit\r\n");
        Target plain = parse("names [::1]:5").target;
        assertEquals("::1", plain.host());
        assertEquals(5, plain.port());
        assertNull(plain.security().password());
        assertEquals(30000, plain.timeoutMillis());
        assertEquals(false, plain.security().tlsDemanded());
        assertEquals(true, parse("names h:1 --ca c").target.security().tlsDemanded());

        ClientSecurity named =
                parse("names h:1 --user u --server-name n").target.security();
        assertEquals("u", named.user().read());
        assertEquals("hunter2", named.password().read());
        assertEquals("n", named.serverName());
        assertTrue(named.tlsDemanded());
        assertEquals(5000, parse("names h:1 --timeout 5s").target.timeoutMillis());

        ClientSecurity unnamed =
                parse("names h:1 --password-file " + password).target.security();
        assertEquals("jmx", unnamed.user().read());
        assertEquals(" hunter2 ", unnamed.password().read());
        assertTrue(unnamed.tlsDemanded());
        assertEquals(
                "changeit",
                parse("names h:1 --user-file " + windows)
                        .target
                        .security()
                        .user()
                        .read());
    }

    private static Path write(Path folder, String name, String text) throws Exception {
        return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void usageFitsAScreenAndNamesEverything() {
        String[] lines = Usage.ALL.split("\n");
        assertTrue(lines.length <= 40, lines.length + " lines");
        for (String line : lines) {
            assertTrue(line.length() <= 80, line);
        }
        for (Verb verb : Verb.values()) {
            String words = verb.toString().replace(" [--every 5s] [--count N]", "");
            assertTrue(Usage.ALL.contains("\n  " + words + "\n"), words);
        }
        assertEquals(
                "usage: java -jar jmxmp-agent.jar threads HOST:PORT [OPTION...]\n       java -jar jmxmp-agent.jar --help\n",
                Usage.of(Arrays.asList("threads", "x")));
    }
}
