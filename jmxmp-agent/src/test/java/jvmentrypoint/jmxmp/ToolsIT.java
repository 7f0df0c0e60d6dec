package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.management.ObjectName;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Jdks;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Other people's programs: jmxterm as a client through our jar; Jolokia's and Prometheus' agents in the same JVM. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#few")
class ToolsIT {
    private static final List<String> NO_OPTIONS = Collections.emptyList();
    private static final String AGENT = System.getProperty("agent.jar");
    private static final String TOOLS = System.getProperty("tools") + File.separator;
    private static final int PATIENCE_MILLIS = 60000;

    private final String home;

    @TempDir
    Path directory;

    ToolsIT(String home) {
        this.home = home;
    }

    @Test
    void jmxtermReadsAndIsRefused() throws Exception {
        Path script = directory.resolve("script");
        Files.write(
                script,
                Arrays.asList(
                        "get -s -b shop:type=Orders Open DbPassword",
                        "get -b java.lang:type=Memory HeapMemoryUsage",
                        "run -b com.sun.management:type=DiagnosticCommand vmVersion",
                        "run -b shop:type=Orders cancelAll"));
        try (Child service = Child.service(home, "port=0", NO_OPTIONS, "0").awaitReady();
                Child jmxterm = Child.java(
                        home,
                        Arrays.asList(
                                "-Duser.home=" + directory, // it keeps a history there
                                "-cp",
                                AGENT + File.pathSeparator + TOOLS + "jmxterm.jar",
                                "org.cyclopsgroup.jmxterm.boot.CliMain",
                                "-l",
                                "service:jmx:jmxmp://127.0.0.1:" + service.port(),
                                "-n",
                                "-i",
                                script.toString()))) {
            assertEquals(0, jmxterm.end(), jmxterm.err().toString());
            String said = jmxterm.out() + " " + jmxterm.err();
            assertTrue(jmxterm.out().contains("42"), said);
            assertTrue(jmxterm.out().contains("(set)"), said);
            assertTrue(said.contains("  committed = "), said);
            assertTrue(said.contains("VM version "), said);
            assertTrue(said.contains("SecurityException: invoke cancelAll on shop:type=Orders: refused"), said);
            assertEquals("open 42, cancelled false", service.ask());
            assertEquals(0, service.end());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void allServeBesideJolokiaAndPrometheus(int jolokia, boolean first) throws Exception {
        assumeTrue(jolokia == 1 || Jdks.version(home) >= 17, "Jolokia 2 needs Java 17");
        List<String> others = Arrays.asList(
                "-javaagent:" + TOOLS + "jolokia-" + jolokia + ".jar=host=127.0.0.1,port=0,discoveryEnabled=false",
                null);
        String ours = "-javaagent:" + AGENT + "=port=0";
        List<String> alone = serve(prometheus(others));
        List<String> together = new ArrayList<String>(others);
        together.add(first ? 0 : together.size(), ours);
        List<String> lines = serve(prometheus(together));
        assertEquals(
                1,
                lines.stream()
                        .filter(line -> line.startsWith("jmxmp-agent: listening on "))
                        .count());
        lines.removeIf(line -> line.startsWith("jmxmp-agent: listening on "));
        assertEquals(alone, lines);
    }

    /**
     * Prometheus' agent can't take any free port and say which, and hangs where the port is taken: so it gets one that no
     * system hands out by itself, to the agents beside it for one.
     */
    private List<String> prometheus(List<String> agents) throws IOException {
        Path rules = Files.write(directory.resolve("rules.yaml"), Arrays.asList("rules:", "- pattern: '.*'"));
        int port = 0;
        while (port == 0) {
            int tried = 20_000 + ThreadLocalRandom.current().nextInt(10_000);
            try (ServerSocket socket = new ServerSocket(tried, 1, InetAddress.getByName("127.0.0.1"))) {
                port = socket.getLocalPort();
            } catch (BindException e) {
                continue;
            }
        }
        List<String> result = new ArrayList<String>(agents);
        result.set(result.indexOf(null), "-javaagent:" + TOOLS + "prometheus.jar=127.0.0.1:" + port + ":" + rules);
        return result;
    }

    /** Asks each agent for a value; what the JVM has said on stderr in the end. */
    private List<String> serve(List<String> agents) throws Exception {
        try (Child service = Child.service(home, null, agents, "0").awaitReady()) {
            String said = service.awaitOut("started with URL ");
            String jolokia = said.substring(said.indexOf("http:")).split(" ")[0].replaceAll("/$", "");
            String memory = get(jolokia + "/read/java.lang:type=Memory/HeapMemoryUsage");
            assertTrue(memory.contains("\"status\":200") && memory.contains("\"committed\":"), memory);
            for (String agent : agents) {
                if (agent.contains("prometheus")) {
                    String metrics = get("http://" + agent.replaceAll(".*=(127.0.0.1:\\d+):.*", "$1") + "/metrics");
                    assertTrue(metrics.contains("\njvm_memory_"), metrics);
                    assertTrue(metrics.contains("shop_Orders_Open 42"), metrics);
                } else if (agent.contains(AGENT)) {
                    try (Stock client = new Stock(service.port())) {
                        assertEquals(42, client.server().getAttribute(new ObjectName("shop:type=Orders"), "Open"));
                    }
                }
            }
            assertEquals(0, service.end());
            return new ArrayList<String>(service.err());
        }
    }

    private static String get(String url) throws IOException {
        URLConnection connection = new URL(url).openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = connection.getInputStream()) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.write(buffer, 0, n);
            }
        }
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }
}
