package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.Query;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients can read, ours and the stock one, and what they are refused. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class ReadingIT {
    private static final String ORDERS = "shop:type=Orders";

    private final String home;
    private Child service;
    private String address;

    ReadingIT(String home) {
        this.home = home;
    }

    @BeforeEach
    void start() throws Exception {
        List<String> options =
                Arrays.asList("-Dshop.password=hunter2", "-Dshop.private.key=-----BEGIN\nhunter2 -x hunter2");
        service = Child.service(home, "port=0", options, "0", "--db-password", "hunter2 -x hunter2\nhunter2")
                .awaitReady();
        address = "127.0.0.1:" + service.port();
    }

    @AfterEach
    void stop() throws Exception {
        try (Child ending = service) {
            assertEquals(0, ending.end());
            assertEquals(1, ending.err().size(), "only where it listens: " + ending.err());
        }
    }

    @Test
    void ownClientReadsAValue() throws Exception {
        assertEquals(Arrays.asList("42"), ok("get", address, ORDERS, "Open"));
        String used = ok("get", address, "java.lang:type=Memory", "HeapMemoryUsage.used")
                .get(0);
        assertTrue(Long.parseLong(used) > 0, used);
        String usage =
                ok("get", address, "java.lang:type=Memory", "HeapMemoryUsage").get(0);
        assertTrue(usage.matches("\\{committed=\\d+, init=\\d+, max=\\d+, used=\\d+}"), usage);
    }

    @Test
    void ownClientReadsAllValues() throws Exception {
        List<String> lines = ok("get", address, ORDERS);
        assertEquals(5, lines.size(), lines.toString());
        assertEquals("Broken: (unreadable: java.lang.IllegalStateException: no database)", lines.get(0));
        assertEquals("DbPassword: (set)", lines.get(1));
        assertEquals("JdbcUrl: jdbc:postgresql://app:(set)@db/shop?sslpassword=(set)&x=1", lines.get(2));
        assertEquals("Open: 42", lines.get(3));
        assertTrue(lines.get(4).startsWith("Strange: (unreadable: "), lines.get(4));
    }

    @Test
    void ownClientListsNames() throws Exception {
        List<String> names = ok("names", address);
        assertTrue(names.contains(ORDERS) && names.contains("java.lang:type=Runtime"), names.toString());
        assertEquals(Arrays.asList(ORDERS), ok("names", address, "shop:*"));
    }

    @Test
    void ownClientFailsInOneLine() throws Exception {
        assertEquals(address + ": no such MBean: shop:type=Cart", failure(1, "get", address, "shop:type=Cart"));
        assertEquals(address + ": no such attribute: Closed", failure(1, "get", address, ORDERS, "Closed"));
        assertEquals("127.0.0.1:1: connection refused", failure(1, "names", "127.0.0.1:1"));
        assertEquals("here: not HOST:PORT (an IPv6 address needs brackets: [::1]:5555)", failure(2, "names", "here"));
    }

    private List<String> ok(String... arguments) throws Exception {
        return Child.answer(home, arguments);
    }

    /** The one line on stderr without its prefix; usage may follow for code 2. */
    private String failure(int code, String... arguments) throws Exception {
        try (Child client = Child.client(home, arguments)) {
            assertEquals(code, client.end(), client.err().toString());
            assertEquals(Collections.emptyList(), client.out());
            assertEquals(code == 2 ? 3 : 1, client.err().size(), client.err().toString());
            return client.err().get(0).replace("jmxmp-agent: ", "");
        }
    }

    @Test
    void stockClientReads() throws Exception {
        try (Stock stock = new Stock(service.port())) {
            MBeanServerConnection server = stock.server();
            ObjectName orders = new ObjectName(ORDERS);
            assertEquals(42, server.getAttribute(orders, "Open"));
            assertEquals(
                    Arrays.asList(new Attribute("Open", 42), new Attribute("DbPassword", "(set)")),
                    server.getAttributes(orders, new String[] {"Open", "DbPassword"})
                            .asList());
            assertEquals(
                    "JdbcUrl", server.getMBeanInfo(orders).getAttributes()[2].getName());
            assertEquals(
                    1,
                    server.queryNames(null, Query.eq(Query.attr("Open"), Query.value(42)))
                            .size());
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            assertTrue(threads.dumpAllThreads(true, true).length > 3);
            assertTrue(threads.getThreadInfo(threads.getAllThreadIds(), 5).length > 3);
        }
    }

    @Test
    void stockClientIsNotified() throws Exception {
        final CountDownLatch notified = new CountDownLatch(1);
        try (Stock stock = new Stock(service.port());
                Stock other = new Stock(service.port())) {
            ObjectName delegate = new ObjectName("JMImplementation:type=MBeanServerDelegate");
            NotificationListener listener = new NotificationListener() {
                @Override
                public void handleNotification(Notification notification, Object handback) {
                    notified.countDown();
                }
            };
            stock.server().addNotificationListener(delegate, listener, null, null);
            service.ask(); // registers an MBean
            assertTrue(notified.await(60, TimeUnit.SECONDS));
            stock.server().removeNotificationListener(delegate, listener);
            assertTrue(other.server().getMBeanCount() > 0);
        }
    }

    @Test
    void secretsAreMasked() throws Exception {
        try (Stock stock = new Stock(service.port())) {
            MBeanServerConnection server = stock.server();
            ObjectName runtime = new ObjectName("java.lang:type=Runtime");
            TabularData properties = (TabularData) server.getAttribute(runtime, "SystemProperties");
            CompositeData row = properties.get(new Object[] {"shop.password"});
            assertEquals("(set)", row.get("value"));
            assertFalse(properties.toString().contains("hunter2"), properties.toString());
            String[] arguments = (String[]) server.getAttribute(runtime, "InputArguments");
            assertTrue(Arrays.asList(arguments).contains("-Dshop.password=(set)"), Arrays.toString(arguments));
            String line = (String) server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmCommandLine", null, null);
            assertTrue(line.contains("-Dshop.password=(set)"), line);
            assertTrue(line.contains("java_command: ") && line.contains(" --db-password (set)\n"), line);
            assertFalse(line.contains("hunter2"), line);
            assertEquals(
                    Collections.emptySet(),
                    server.queryNames(null, Query.match(Query.attr("DbPassword"), Query.value("hunter*"))));
        }
    }

    @Test
    void changesAreRefused() throws Exception {
        try (Stock stock = new Stock(service.port())) {
            final MBeanServerConnection server = stock.server();
            final ObjectName orders = new ObjectName(ORDERS);
            final ObjectName diagnostic = new ObjectName("com.sun.management:type=DiagnosticCommand");
            refused(() -> server.setAttribute(orders, new Attribute("Open", 0)));
            refused(() -> server.setAttributes(orders, new AttributeList(Arrays.asList(new Attribute("Open", 0)))));
            refused(() -> server.invoke(orders, "cancelAll", null, null));
            refused(() -> server.unregisterMBean(orders));
            refused(() -> server.createMBean("javax.management.timer.Timer", new ObjectName("shop:type=Timer")));
            refused(() -> server.addNotificationListener(orders, orders, null, null));
            refused(() -> server.invoke(new ObjectName("java.lang:type=Memory"), "gc", null, null));
            refused(() -> server.invoke(diagnostic, "gcClassHistogram", new Object[] {null}, new String[] {"x"}));
            assertEquals(42, server.getAttribute(orders, "Open"));
        }
        assertEquals("open 42, cancelled false", service.ask());
    }

    private static void refused(Executable change) {
        SecurityException e = assertThrows(SecurityException.class, change);
        assertTrue(e.getMessage().endsWith(": refused, this JMXMP agent is read-only"), e.getMessage());
    }
}
