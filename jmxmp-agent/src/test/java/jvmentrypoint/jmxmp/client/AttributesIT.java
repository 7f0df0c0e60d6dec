package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.remote.JMXConnector;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every attribute of every platform MBean: our client, which lets in only what it knows, gets what the stock one gets. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class AttributesIT {
    private final String home;

    AttributesIT(String home) {
        this.home = home;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseG1GC"})
    void everyValueArrives(String collector) throws Exception {
        try (Child service =
                Child.service(home, "port=0", Arrays.asList(collector), "0").awaitReady()) {
            try (Stock stock = new Stock(service.port());
                    JMXConnector own = Servers.connect(target(service.port()))) {
                assertTrue(compare(stock.server(), own.getMBeanServerConnection()) > 150);
            }
            assertEquals(0, service.end());
            assertEquals(1, service.err().size(), service.err().toString());
        }
    }

    private static Target target(int port) throws UsageException {
        List<String> none = Collections.emptyList();
        return Target.parse("127.0.0.1:" + port, Options.parse(none), Collections.<String, String>emptyMap());
    }

    private static int compare(MBeanServerConnection stock, MBeanServerConnection own) throws Exception {
        List<String> wrong = new ArrayList<String>();
        int read = 0;
        Set<ObjectName> beans = new TreeSet<ObjectName>(stock.queryNames(null, null));
        assertTrue(beans.remove(new ObjectName("shop:type=Orders")));
        for (ObjectName bean : beans) {
            for (MBeanAttributeInfo attribute : own.getMBeanInfo(bean).getAttributes()) {
                String name = attribute.getName();
                String theirs = kind(stock, bean, name);
                String ours = kind(own, bean, name);
                read += ours.startsWith("unreadable") ? 0 : 1;
                if (!attribute.isReadable() || !ours.equals(theirs)) {
                    wrong.add(bean + " " + name + ": " + ours + ", stock: " + theirs);
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
        return read;
    }

    /** The value's class; or why there is none, which only the MBean itself may say. */
    private static String kind(MBeanServerConnection server, ObjectName bean, String attribute) throws Exception {
        try {
            Object value = server.getAttribute(bean, attribute);
            return value == null ? "null" : value.getClass().getName();
        } catch (RuntimeMBeanException e) {
            assertTrue(e.getCause() instanceof UnsupportedOperationException, bean + " " + attribute + ": " + e);
            return "unreadable: " + e.getCause().getMessage();
        }
    }
}
