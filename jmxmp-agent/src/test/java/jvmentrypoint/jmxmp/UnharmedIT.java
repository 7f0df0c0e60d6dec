package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Jdks;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever the agent can't do its work, or the service is in trouble itself: one line at most, and the service runs and ends as it would. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class UnharmedIT {
    private static final String JAR = System.getProperty("agent.jar");
    private static final String AGENT = "-javaagent:" + JAR + "=port=0";
    private static final String LISTENING = "jmxmp-agent: listening on 127.0.0.1:";
    private static final List<String> PLAIN = Collections.emptyList();

    private final String home;

    @TempDir
    Path folder;

    UnharmedIT(String home) {
        this.home = home;
    }

    @Test
    void addressOfSomebodyElse() throws Exception {
        assertOnly(
                "jmxmp-agent: 203.0.113.1:5555: cannot assign requested address (choose another port or bind;"
                        + " the service runs on without it)",
                "none",
                "-javaagent:" + JAR + "=bind=203.0.113.1");
    }

    /** As root, without the one capability: the homes of other JDKs may need root. */
    @Test
    void noPermissionForThePort() throws Exception {
        assumeTrue(
                new File("/usr/bin/setpriv").canExecute() && isPrivileged(80), "no setpriv, or any port is free here");
        String without = "-net_bind_service";
        List<String> prefix = isRoot()
                ? Arrays.asList("setpriv", "--bounding-set", without, "--inh-caps", without)
                : Collections.<String>emptyList();
        try (Child service = Child.trouble(prefix, home, Arrays.asList("-javaagent:" + JAR + "=port=80"), "none")) {
            service.awaitReady();
            String line = service.awaitErr("jmxmp-agent: ");
            assertTrue(line.startsWith("jmxmp-agent: 127.0.0.1:80: permission denied ("), line);
            assertEnd(service, line);
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(new File("/proc/self").toPath(), "unix:uid").equals(0);
    }

    /** The kernel answers one read only, so that it must be one of more than a byte. */
    private static boolean isPrivileged(int port) throws IOException {
        Path first = new File("/proc/sys/net/ipv4/ip_unprivileged_port_start").toPath();
        try (BufferedReader in = Files.newBufferedReader(first, StandardCharsets.US_ASCII)) {
            return Integer.parseInt(in.readLine()) > port;
        }
    }

    @Test
    void securityManagerRefuses() throws Exception {
        assumeTrue(Jdks.version(home) <= 17, "a JVM with a SecurityManager");
        assertOnly(
                "jmxmp-agent: not started: access denied (\"java.util.PropertyPermission\" \"*\" \"read,write\")"
                        + " (grant this jar java.security.AllPermission); the service runs on without JMXMP",
                "none",
                "-Djava.security.manager",
                AGENT);
    }

    @Test
    void securityManagerGrants() throws Exception {
        assumeTrue(Jdks.version(home) <= 17, "a JVM with a SecurityManager");
        Path policy = folder.resolve("policy");
        String grant = "grant codeBase \"" + new File(JAR).toURI() + "\" { permission java.security.AllPermission; };";
        Files.write(policy, grant.getBytes(StandardCharsets.UTF_8));
        assertServes("none", "-Djava.security.manager", "-Djava.security.policy=" + policy, AGENT);
    }

    @Test
    void noManagement() throws Exception {
        assumeTrue(Jdks.version(home) > 8, "a JVM of modules");
        assertOnly(
                "jmxmp-agent: no module java.management in this JVM (add it, or attach no agent);"
                        + " the service runs on without JMXMP",
                "none",
                "--limit-modules=java.base,java.instrument",
                AGENT);
    }

    @Test
    void managementAlone() throws Exception {
        assumeTrue(Jdks.version(home) > 8, "a JVM of modules");
        assertServes("none", "--limit-modules=java.base,java.instrument,java.management", AGENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"the same jar", "a copy"})
    void secondAgentYields(String which) throws Exception {
        String second = AGENT;
        if (which.equals("a copy")) {
            Path copy = folder.resolve("copy.jar");
            Files.copy(new File(JAR).toPath(), copy);
            second = "-javaagent:" + copy + "=port=0";
        }
        try (Child service = Child.trouble(PLAIN, home, Arrays.asList(AGENT, second), "none")) {
            service.awaitReady();
            assertServed(service);
            String line = service.awaitErr("attached twice");
            assertEquals(
                    "jmxmp-agent: attached twice (one -javaagent is enough): the first one serves, this one yields",
                    line);
            assertEnd(service, line, LISTENING + service.port());
        }
    }

    @Test
    void agentThatIsOffIsNoFirst() throws Exception {
        assertServes("none", "-javaagent:" + JAR + "=access=off", AGENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xshare:off", "-Xmx12m", "-Xint", "-Djava.net.preferIPv6Addresses=true"})
    void servesWith(String option) throws Exception {
        assertServes("none", "-XX:+UseSerialGC", option, AGENT);
    }

    @Test
    void ipv6Loopback() throws Exception {
        assumeTrue(hasIPv6(), "::1 on this machine");
        try (Child service = Child.trouble(PLAIN, home, Arrays.asList(AGENT + ",bind=::1"), "none")) {
            service.awaitReady();
            try (Child client = Child.client(home, "names", "[::1]:" + service.port())) {
                assertEquals(0, client.end(), client.err().toString());
            }
            assertEnd(service, "jmxmp-agent: listening on [0:0:0:0:0:0:0:1]:" + service.port());
        }
    }

    private static boolean hasIPv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void ipv6WhereTheJvmHasNone() throws Exception {
        try (Child service = Child.trouble(
                PLAIN, home, Arrays.asList("-Djava.net.preferIPv4Stack=true", AGENT + ",bind=::1"), "none")) {
            service.awaitReady();
            String line = service.awaitErr("jmxmp-agent: ");
            assertTrue(
                    line.endsWith(
                            "protocol family unavailable (choose another port or bind; the service runs on without it)"),
                    line);
            assertEnd(service, line);
        }
    }

    @Test
    void serviceWithSettingsOfItsOwn() throws Exception {
        try (Child service = Child.trouble(PLAIN, home, Arrays.asList(AGENT), "own")) {
            service.awaitReady();
            int port = service.port();
            service.send('x');
            service.awaitOut("set");
            assertServed(service);
            assertEnd(service, LISTENING + port);
        }
    }

    @Test
    void serviceThatExitsBeforeMain() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (Child service = Child.trouble(PLAIN, home, Arrays.asList(AGENT), "exit")) {
                assertEquals(7, service.end());
                List<String> lines = new ArrayList<String>(service.err());
                lines.removeIf(line -> line.startsWith(LISTENING));
                assertEquals(Collections.emptyList(), lines);
            }
        }
    }

    @Test
    void stderrClosedFromTheStart() throws Exception {
        List<String> prefix = Arrays.asList("sh", "-c", "exec \"$@\" 2>&-", "sh");
        try (Child service = Child.trouble(prefix, home, Arrays.asList("-javaagent:" + JAR + "=port=http"), "none")) {
            service.awaitReady();
            assertEnd(service);
        }
    }

    /** A client comes while the service has used up its descriptors: it waits until there are some again. */
    @Test
    void descriptorsUsedUp() throws Exception {
        List<String> prefix = Arrays.asList("sh", "-c", "ulimit -n 100; exec \"$@\"", "sh");
        try (Child service = Child.trouble(prefix, home, Arrays.asList(AGENT), "descriptors")) {
            service.awaitReady();
            int port = service.port();
            assertServed(service); // what is loaded for the first client needs some
            service.send('x');
            service.awaitOut("exhausted");
            String line;
            try (Socket knock = new Socket("127.0.0.1", port)) {
                assertTrue(knock.isConnected());
                line = service.awaitErr("jmxmp-agent: accept: ");
                assertTrue(
                        line.contains("Too many open files")
                                && line.endsWith(" (connections wait; the service runs on)"),
                        line);
                service.send('x');
                service.awaitOut("released");
                assertServed(service);
            }
            assertEnd(service, LISTENING + port, line);
        }
    }

    private void assertOnly(String line, String kind, String... options) throws Exception {
        try (Child service = Child.trouble(PLAIN, home, Arrays.asList(options), kind)) {
            service.awaitReady();
            service.awaitErr("jmxmp-agent: ");
            assertEnd(service, line);
        }
    }

    private void assertServes(String kind, String... options) throws Exception {
        try (Child service = Child.trouble(PLAIN, home, Arrays.asList(options), kind)) {
            service.awaitReady();
            assertServed(service);
            assertEnd(service, LISTENING + service.port());
        }
    }

    private static void assertServed(Child service) throws Exception {
        try (Stock stock = new Stock(service.port())) {
            MBeanServerConnection server = stock.server();
            assertTrue(server.getMBeanCount() > 10);
            ObjectName runtime = new ObjectName("java.lang:type=Runtime");
            assertTrue(((String) server.getAttribute(runtime, "Name")).contains("@"));
            ObjectName memory = new ObjectName("java.lang:type=Memory");
            assertThrows(SecurityException.class, () -> server.invoke(memory, "gc", null, null));
        }
    }

    /** The exit code is the service's own, and stderr holds these lines and none but the JVM's. */
    private static void assertEnd(Child service, String... lines) throws Exception {
        assertEquals(7, service.end(), service.err().toString());
        List<String> expected = new ArrayList<String>(Arrays.asList(lines));
        List<String> said = new ArrayList<String>(service.err());
        said.removeIf(line -> line.startsWith("WARNING: ") && line.contains("Security Manager"));
        Collections.sort(expected);
        Collections.sort(said);
        assertEquals(expected, said);
    }
}
