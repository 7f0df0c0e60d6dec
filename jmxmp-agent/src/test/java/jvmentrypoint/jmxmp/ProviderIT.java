package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Tool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A program of the JDK's own JMX API that has the agent's jar on its class path, and nothing else of ours. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class ProviderIT {
    private static final List<String> NO_OPTIONS = Collections.emptyList();
    private static final String AGENT = System.getProperty("agent.jar");
    private static final String TESTS = System.getProperty("test.classes");
    private static final String NOWHERE = "service:jmx:jmxmp://127.0.0.1:1";
    private static final String OURS = "jvmentrypoint.jmxmp.connector.ToolConnector";
    private static final String STOCK = "javax.management.remote.jmxmp.JMXMPConnector";

    private final String home;

    ProviderIT(String home) {
        this.home = home;
    }

    @Test
    void everyValueArrives() throws Exception {
        try (Child service = service()) {
            List<String> lines = tool(classPath(AGENT), "read", url(service));
            String strange = lines.remove(0);
            assertTrue(strange.startsWith("shop:type=Orders Strange: java.io.IOException: "), strange);
            assertEquals(1, lines.size(), lines.toString());
            int read = Integer.parseInt(lines.get(0).replace("read ", ""));
            assertTrue(read > 100, lines.toString());
            assertEquals(0, service.end());
            assertEquals(1, service.err().size(), service.err().toString());
        }
    }

    @Test
    void connectsOnce() throws Exception {
        try (Child service = service()) {
            assertEquals(
                    Arrays.asList("not connected", "still connected", "closed"),
                    tool(classPath(AGENT), "twice", url(service)));
            assertEquals(0, service.end());
        }
    }

    /** The bell's notification, which holds a class of the service's, is told as lost, and the next one arrives. */
    @Test
    void isToldOfNotificationsAndOfTheEnd() throws Exception {
        try (Child service = service();
                Child tool = start(classPath(AGENT), "listen", url(service)).awaitReady()) {
            service.ask(); // rings the bell, registers an MBean
            tool.awaitOut("JMX.mbean.registered");
            tool.awaitOut("jmx.remote.connection.notifs.lost"); // on another thread, so the order varies
            assertEquals(0, service.end());
            assertEquals(0, tool.end(), tool.err().toString());
            assertEquals(5, tool.out().size(), tool.out().toString());
            assertEquals("jmx.remote.connection.opened", tool.out().get(0));
            assertEquals("jmx.remote.connection.failed", tool.out().get(4));
            assertEquals(Collections.emptyList(), tool.err());
        }
    }

    @Test
    void refusedConnectionIsAnIOException() throws Exception {
        try (Child tool = start(classPath(AGENT), "twice", NOWHERE)) {
            assertEquals(1, tool.end());
            assertTrue(
                    tool.err().get(0).contains("java.net.ConnectException: "),
                    tool.err().toString());
        }
    }

    @Test
    void servesJmxmpOnly() throws Exception {
        assertEquals(Arrays.asList(OURS), tool(classPath(AGENT), "kind", NOWHERE));
        assertEquals(
                Arrays.asList("javax.management.remote.rmi.RMIConnector"),
                tool(classPath(AGENT), "kind", "service:jmx:rmi:///jndi/rmi://127.0.0.1:1/jmxrmi"));
    }

    /** In whichever place: before the agent's jar, behind it, or in a loader below the one that has it. */
    @Test
    void whoHasOpenDmkKeepsIt() throws Exception {
        String library = System.getProperty("opendmk.jar");
        assertEquals(Arrays.asList(STOCK), tool(classPath(library, AGENT), "kind", NOWHERE));
        assertEquals(Arrays.asList(STOCK), tool(classPath(AGENT, library), "kind", NOWHERE));
        assertEquals(Arrays.asList(STOCK), tool(classPath(AGENT), "kind-below", NOWHERE, library));
        List<String> attached = new ArrayList<String>(Arrays.asList("-javaagent:" + AGENT + "=port=0"));
        attached.addAll(classPath(library));
        try (Child tool = start(attached, "kind", NOWHERE)) {
            assertEquals(0, tool.end(), tool.err().toString());
            assertEquals(Arrays.asList(STOCK), tool.out());
        }
    }

    private Child service() throws Exception {
        return Child.service(home, "port=0", NO_OPTIONS, "0").awaitReady();
    }

    private static String url(Child service) {
        return "service:jmx:jmxmp://127.0.0.1:" + service.port();
    }

    private static List<String> classPath(String... jars) {
        return Arrays.asList("-cp", String.join(File.pathSeparator, jars) + File.pathSeparator + TESTS);
    }

    private Child start(List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<String>(options);
        command.add(Tool.class.getName());
        command.addAll(Arrays.asList(arguments));
        return Child.java(home, command);
    }

    private List<String> tool(List<String> options, String... arguments) throws Exception {
        try (Child tool = start(options, arguments)) {
            assertEquals(0, tool.end(), tool.err().toString());
            assertEquals(Collections.emptyList(), tool.err());
            return new ArrayList<String>(tool.out());
        }
    }
}
