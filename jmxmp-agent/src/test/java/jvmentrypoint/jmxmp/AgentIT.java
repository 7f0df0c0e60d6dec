package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the agent does to the service that it is attached to: nothing. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class AgentIT {
    private static final List<String> NO_OPTIONS = Collections.emptyList();
    /** Milliseconds; a blocked accept() would cost 300. */
    private static final long EXIT_TOLERANCE = 250;

    private final String home;

    AgentIT(String home) {
        this.home = home;
    }

    @Test
    void silentWhenAllIsWell() throws Exception {
        int port = freePort();
        try (Child service =
                Child.service(home, "port=" + port, NO_OPTIONS, "0").awaitReady()) {
            connectWhenBound(port);
            assertEquals(0, service.end());
            assertEquals(Collections.emptyList(), service.err());
        }
    }

    @Test
    void exitCodeIsTheServices() throws Exception {
        try (Child service = Child.service(home, "port=0", NO_OPTIONS, "7").awaitReady()) {
            try (Stock client = new Stock(service.port())) {
                client.server().getMBeanCount();
            }
            assertEquals(7, service.end());
        }
    }

    @Test
    void exitsAtOnceWhenMainReturns() throws Exception {
        long without = fastestReturn(null);
        long with = fastestReturn("port=0");
        assertTrue(with - without < EXIT_TOLERANCE, "with agent " + with + " ms, without " + without + " ms");
    }

    @Test
    void exitsAtOnceWhileAClientIsConnected() throws Exception {
        long without = fastestReturn(null);
        try (Child service = Child.service(home, "port=0", NO_OPTIONS, "return").awaitReady();
                Stock client = new Stock(service.port())) {
            client.server().getMBeanCount();
            long start = System.nanoTime();
            assertEquals(0, service.end());
            long with = (System.nanoTime() - start) / 1000000;
            assertTrue(
                    with - without < EXIT_TOLERANCE, "with client " + with + " ms, without agent " + without + " ms");
        }
    }

    private long fastestReturn(String settings) throws IOException, InterruptedException {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            try (Child service =
                    Child.service(home, settings, NO_OPTIONS, "return").awaitReady()) {
                if (settings != null) {
                    service.port();
                }
                long start = System.nanoTime();
                assertEquals(0, service.end());
                fastest = Math.min(fastest, (System.nanoTime() - start) / 1000000);
            }
        }
        return fastest;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javax.management.remote.jmxmp.JMXMPConnector",
                "com.sun.jmx.remote.socket.SocketConnection",
                "com.sun.jmx.remote.opt.util.ClassLogger",
                "jvmentrypoint.jmxmp.connector.ServerConnector"
            })
    void serviceDoesNotSeeTheLibrary(String className) throws Exception {
        try (Child service = Child.service(home, "port=0", NO_OPTIONS, "seek", className)) {
            assertEquals(0, service.end());
            assertEquals(Arrays.asList("not found"), service.out());
        }
    }

    @Test
    void takenPortIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Child service = Child.service(home, "port=" + taken.getLocalPort(), NO_OPTIONS, "0")
                        .awaitReady()) {
            service.awaitErr("jmxmp-agent: 127.0.0.1:" + taken.getLocalPort() + ": address already in use");
            assertEquals(0, service.end());
            assertEquals(1, service.err().size(), service.err().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port=http",
                "port=70000",
                "colour=red",
                "access=write",
                "access=all",
                "bind=",
                "bind=no/host",
                "port=1,port=2",
                "bind=name.invalid"
            })
    void badSettingsAreOneLine(String settings) throws Exception {
        try (Child service = Child.service(home, settings, NO_OPTIONS, "0").awaitReady()) {
            service.awaitErr("jmxmp-agent: ");
            assertEquals(0, service.end());
            assertEquals(1, service.err().size(), service.err().toString());
        }
    }

    @Test
    void offDoesNothing() throws Exception {
        try (Child service = Child.service(home, "access=off", NO_OPTIONS, "0").awaitReady()) {
            assertEquals(0, service.end());
            assertEquals(Collections.emptyList(), service.err());
        }
    }

    @Test
    void listensOnEachAddressOnce() throws Exception {
        try (Child service = Child.service(home, "port=0,bind=127.0.0.1,bind=127.0.0.2,bind=127.0.0.1", NO_OPTIONS, "0")
                .awaitReady()) {
            service.awaitErr("listening on 127.0.0.2:" + service.port());
            assertEquals(0, service.end());
            assertEquals(2, service.err().size(), service.err().toString());
        }
    }

    @Test
    void propertiesWinOverSettings() throws Exception {
        int port = freePort();
        List<String> options = Arrays.asList(
                "-D" + Arguments.URL + "=service:jmx:jmxmp://127.0.0.2:" + port,
                "-D" + Arguments.ENABLE_LOGGING + "=true");
        try (Child service =
                Child.service(home, "port=1,bind=127.0.0.1", options, "0").awaitReady()) {
            service.awaitErr("jmxmp-agent: listening on 127.0.0.2:" + port);
            assertEquals(0, service.end());
            assertEquals(1, service.err().size(), service.err().toString());
        }
    }

    @Test
    void loggingSaysWhoComesAndGoes() throws Exception {
        List<String> options = Arrays.asList("-D" + Arguments.ENABLE_LOGGING + "=true");
        try (Child service = Child.service(home, "port=0", options, "0").awaitReady()) {
            try (Stock client = new Stock(service.port())) {
                client.server().getMBeanCount();
            }
            String came = service.awaitErr(" connected");
            service.awaitErr(came.replace(" connected", " gone"));
            assertEquals(0, service.end());
            assertEquals(3, service.err().size(), service.err().toString());
        }
    }

    @Test
    void threadsHaveNames() throws Exception {
        try (Child service = Child.service(home, "port=0", NO_OPTIONS, "0").awaitReady();
                Stock client = new Stock(service.port())) {
            ObjectName threading = new ObjectName("java.lang:type=Threading");
            long[] ids = (long[]) client.server().getAttribute(threading, "AllThreadIds");
            Object infos = client.server().invoke(threading, "getThreadInfo", new Object[] {ids}, new String[] {"[J"});
            List<String> names = new ArrayList<String>();
            for (Object info : (Object[]) infos) {
                if (info != null) {
                    names.add((String) ((CompositeData) info).get("threadName"));
                }
            }
            assertTrue(names.contains("jmxmp-dispatch"), names.toString());
            assertTrue(names.contains("jmxmp-accept-127.0.0.1:" + service.port()), names.toString());
            for (String name : names) {
                assertTrue(!name.matches("Thread-\\d+"), names.toString());
            }
        }
    }

    /** Below the range from which the kernel deals out ports, so that no other process gets it meanwhile. */
    private static int freePort() throws IOException {
        while (true) {
            int port = 20000 + ThreadLocalRandom.current().nextInt(12000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return socket.getLocalPort();
            } catch (BindException e) {
                continue;
            }
        }
    }

    /** The agent binds beside the service's start and says nothing, so the only way to know is to try. */
    private static void connectWhenBound(int port) throws IOException {
        long deadline = System.nanoTime() + 60000000000L;
        while (true) {
            try (Stock client = new Stock(port)) {
                client.server().getMBeanCount();
                return;
            } catch (ConnectException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.yield();
            }
        }
    }
}
