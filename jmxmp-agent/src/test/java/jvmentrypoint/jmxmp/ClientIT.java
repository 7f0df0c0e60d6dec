package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvmentrypoint.jmxmp.fixture.Child;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's commands against a service that has a deadlock and a busy thread; reading is ReadingIT's. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#few")
class ClientIT {
    private static final String ORDERS = "shop:type=Orders";
    private static final String THREADING = "java.lang:type=Threading";
    private static final String MEMORY = "java.lang:type=Memory";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    private final String home;
    private Child service;
    private String address;

    ClientIT(String home) {
        this.home = home;
    }

    @BeforeEach
    void start() throws Exception {
        service = service(0);
        address = "127.0.0.1:" + service.port();
    }

    private Child service(int port) throws Exception {
        return Child.service(home, "port=" + port, Collections.emptyList(), "0", "troubled")
                .awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
    }

    @Test
    void getsSomeAndAllAsJson() throws Exception {
        assertEquals(Arrays.asList("Open: 42", "DbPassword: (set)"), ok("get", address, ORDERS, "Open", "DbPassword"));
        assertEquals(
                Arrays.asList("{\"DbPassword\":\"(set)\",\"Open\":42}"),
                ok("--json", "get", address, ORDERS, "DbPassword", "Open"));
        assertEquals(Arrays.asList("42"), ok("get", "--json", address, ORDERS, "Open"));
        String all = ok("get", address, ORDERS, "--json").get(0);
        assertTrue(all.startsWith("{\"name\":\"shop:type=Orders\",\"attributes\":{\"DbPassword\":\"(set)\","), all);
        assertTrue(all.contains("\"unreadable\":{\"Broken\":\"java.lang.IllegalStateException: no database\""), all);
        assertEquals(Arrays.asList("[\"shop:type=Orders\"]"), ok("names", address, "shop:*", "--json"));
        String usage = ok("get", address, MEMORY, "HeapMemoryUsage", "--json").get(0);
        assertTrue(usage.matches("\\{\"committed\":\\d+,\"init\":\\d+,\"max\":\\d+,\"used\":\\d+}"), usage);
    }

    @Test
    void invokes() throws Exception {
        String ids = ok("get", address, THREADING, "AllThreadIds").get(0).replaceAll("[\\[\\] ]", "");
        String infos = ok("invoke", address, THREADING, "getThreadInfo(long[],int)", ids, "1", "--json")
                .get(0);
        Matcher busy = Pattern.compile("\"threadId\":(\\d+),\"threadName\":\"trouble-busy\"")
                .matcher(infos);
        assertTrue(busy.find(), infos);
        String id = busy.group(1);
        String info =
                ok("invoke", address, THREADING, "getThreadInfo(long)", id).get(0);
        assertTrue(info.contains(", stackTrace=[], suspended=false, threadId=" + id + ", "), info);
        assertEquals(
                Collections.emptyList(),
                ok("invoke", address, "java.util.logging:type=Logging", "getLoggerLevel", "no.such.logger"));
        String help = "com.sun.management:type=DiagnosticCommand";
        assertTrue(ok("invoke", address, help, "help", "Thread.print").contains("Thread.print"));
        assertTrue(ok("invoke", address, help, "threadPrint", "-l").size() > 20);
        assertEquals(
                address + ": getThreadInfo: several; say which: getThreadInfo(long), getThreadInfo(long[])",
                failure(2, "invoke", address, THREADING, "getThreadInfo", "1"));
        assertEquals(address + ": nix: no such operation", failure(2, "invoke", address, ORDERS, "nix"));
    }

    @Test
    void refusedIsNotFailed() throws Exception {
        String refused = ": refused, this JMXMP agent is read-only";
        assertEquals(
                address + ": invoke cancelAll on shop:type=Orders" + refused,
                failure(3, "invoke", address, ORDERS, "cancelAll"));
        assertEquals(
                address + ": invoke gc on java.lang:type=Memory" + refused,
                failure(3, "invoke", address, MEMORY, "gc", "--json"));
        assertEquals("open 42, cancelled false", service.ask());
    }

    /** From the same JDK, and from Maven's. */
    @Test
    void dumpsThreads() throws Exception {
        for (String clients : new String[] {home, System.getProperty("java.home")}) {
            String dump = String.join("\n", Child.answer(clients, "threads", address));
            assertTrue(
                    dump.matches("(?s)" + TIME + "\nFull thread dump OpenJDK [^\n]* VM \\([^\n]*\\):\n\n\".*"), dump);
            assertTrue(
                    dump.matches("(?s).*\n\"trouble-busy\" #\\d+( daemon prio=5)? cpu=\\d+ms\n   java.lang.*"), dump);
            String blocked = "\"trouble-lock\" #\\d+( daemon prio=5)? cpu=\\d+ms\n"
                    + "   java.lang.Thread.State: BLOCKED \\(on object monitor\\)\n"
                    + "\tat jvmentrypoint.jmxmp.fixture.Troubles[^\n]*\\(Troubles.java:\\d+\\)\n"
                    + "\t- waiting to lock <0x[0-9a-f]+> \\(a java.lang.Object\\) owned by \"trouble-monitor\" #\\d+\n";
            assertTrue(dump.matches("(?s).*" + blocked + ".*"), dump);
            assertTrue(dump.matches("(?s).*\n\t- locked <0x[0-9a-f]+> \\(a java.lang.Object\\)\n.*"), dump);
            String synchronizer = "<0x[0-9a-f]+> \\(a java.util.concurrent.locks.ReentrantLock\\$NonfairSync\\)";
            assertTrue(dump.matches("(?s).*\n   Locked ownable synchronizers:\n\t- " + synchronizer + "\n.*"), dump);
            String waits = "\"trouble-monitor\" #\\d+:\n  parking to wait for " + synchronizer
                    + " owned by \"trouble-lock\" #\\d+";
            assertTrue(dump.matches("(?s).*\nFound one Java-level deadlock:\n=+\n.*" + waits + ".*"), dump);
            assertTrue(dump.endsWith("\n\nFound 1 deadlock."), dump);
        }
        String json = ok("threads", address, "--json").get(0);
        assertTrue(json.contains(",\"name\":\"trouble-busy\",\"state\":\""), json);
        assertTrue(json.matches(".*],\"deadlocks\":\\[\\[\\d+,\\d+]]}"), json);
    }

    @Test
    void watches() throws Exception {
        List<String> lines = ok(
                "watch", address, "--every", "200ms", "--count", "3", ORDERS, "Open", MEMORY, "HeapMemoryUsage.used");
        assertEquals("time,shop:type=Orders Open,java.lang:type=Memory HeapMemoryUsage.used", lines.get(0));
        assertEquals(4, lines.size(), lines.toString());
        for (String line : lines.subList(1, 4)) {
            assertTrue(line.matches(TIME + ",42,\\d+"), line);
        }
        String json = ok("watch", address, "--count=1", "--json", ORDERS, "Open", "DbPassword")
                .get(0);
        assertTrue(
                json.matches("\\{\"time\":\"" + TIME
                        + "\",\"values\":\\{\"shop:type=Orders\":\\{\"Open\":42,\"DbPassword\":\"\\(set\\)\"}}}"),
                json);
        assertEquals(address + ": no such attribute: Closed", failure(1, "watch", address, ORDERS, "Closed"));
    }

    @Test
    void aLostConnectionIsAGap() throws Exception {
        int port = service.port();
        try (Child client = Child.client(home, "watch", address, "--every", "200ms", ORDERS, "Open")) {
            client.awaitOut(",42");
            service.close();
            String lost = client.awaitErr("goes on when the server is back");
            assertTrue(lost.startsWith("jmxmp-agent: " + address + ": "), lost);
            service = service(port);
            client.awaitErr(": connected again");
            int before = client.out().size();
            while (client.out().size() < before + 2) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            List<String> out = client.out();
            assertEquals("time,Open", out.get(0));
            assertTrue(out.get(out.size() - 1).endsWith("Z,42"), out.toString());
            assertTrue(out.stream().anyMatch(line -> line.endsWith("Z,")), out.toString());
            assertEquals(2, client.err().size(), client.err().toString());
        }
    }

    @Test
    void neverConnectedIsAnEnd() throws Exception {
        assertEquals("127.0.0.1:1: connection refused", failure(1, "watch", "127.0.0.1:1", ORDERS, "Open"));
        assertEquals("127.0.0.1:1: connection refused", failure(1, "top", "127.0.0.1:1"));
    }

    @Test
    void top() throws Exception {
        List<String> lines = ok("top", address, "--every", "500ms", "--count", "2");
        String text = String.join("\n", lines);
        String block = "127.0.0.1:\\d+: " + TIME + "\nJVM      OpenJDK .*\nup       \\d\\d:\\d\\d:\\d\\d\n"
                + "heap     [\\d.]+ MiB used, [\\d.]+ MiB committed, [\\d.]+ MiB max \\([\\d.]+% used\\)\n"
                + "non-heap [\\d.]+ MiB used.*\n(?:GC       .*: \\d+ in \\d+ ms; since start \\d+ in \\d+ ms\n)+"
                + "CPU      process [\\d.]+%, system [\\d.?]+%? of \\d+ processors\nclasses  \\d+\n"
                + "threads  \\d+, \\d+ daemons, at most \\d+ so far\n(?: .*\n)* +[\\d.]+%  #\\d+ +[A-Z_]+ +trouble-busy .*";
        assertTrue(text.matches(block + "(?:\n .*)*\n\n" + block + "(?:\n .*)*"), text);
        List<String> json = ok("top", address, "--every", "500ms", "--count", "2", "--json");
        assertEquals(2, json.size(), json.toString());
        assertTrue(
                json.get(1).matches("\\{\"time\":\"" + TIME + "\",.*\"heap\":\\{\"committed\":\\d+,.*"), json.get(1));
        assertTrue(json.get(1).contains("\"name\":\"trouble-busy\""), json.get(1));
    }

    @Test
    void saysWhatItCan() throws Exception {
        assertTrue(ok("--help").get(0).startsWith("usage: java -jar jmxmp-agent.jar COMMAND "));
        assertTrue(ok("--version").get(0).matches("jmxmp-agent \\d+\\.\\d+\\.\\d+"));
        String password = failure(2, "get", address, ORDERS, "--password", "hunter2");
        assertTrue(password.startsWith("--password: not on the command line"), password);
    }

    /** As with {@code | head}. */
    @Test
    void endsWithItsReader() throws Exception {
        Process client =
                command("watch", address, "--every", "100ms", ORDERS, "Open").start();
        try {
            BufferedReader out = new BufferedReader(new InputStreamReader(client.getInputStream()));
            assertEquals("time,Open", out.readLine());
            out.close();
            assertTrue(client.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, client.exitValue());
            assertEquals(-1, client.getErrorStream().read());
        } finally {
            client.destroyForcibly();
        }
    }

    @Test
    void aFullDiskIsAFailure() throws Exception {
        Process client =
                command("names", address).redirectOutput(new File("/dev/full")).start();
        try {
            BufferedReader err = new BufferedReader(new InputStreamReader(client.getErrorStream()));
            assertEquals("jmxmp-agent: can't write: No space left on device", err.readLine());
            assertTrue(client.waitFor(60, TimeUnit.SECONDS));
            assertEquals(1, client.exitValue());
        } finally {
            client.destroyForcibly();
        }
    }

    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<String>(
                Arrays.asList(home + "/bin/java", "-Xmx64m", "-jar", System.getProperty("agent.jar")));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command);
    }

    private List<String> ok(String... arguments) throws Exception {
        return Child.answer(home, arguments);
    }

    /** The first line on stderr without its prefix; behind it comes at most the usage. */
    private String failure(int code, String... arguments) throws Exception {
        try (Child client = Child.client(home, arguments)) {
            assertEquals(code, client.end(), client.err().toString());
            assertEquals(Collections.emptyList(), client.out());
            assertTrue(client.err().size() == 1 || code == 2, client.err().toString());
            return client.err().get(0).replaceFirst("jmxmp-agent: ", "");
        }
    }
}
