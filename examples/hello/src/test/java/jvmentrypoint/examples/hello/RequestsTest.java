package jvmentrypoint.examples.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Through the platform's MBean server, which is where a JMX client looks. */
class RequestsTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Requests requests = new Requests("moin");
    private ObjectName name;

    @BeforeEach
    void register() throws Exception {
        name = new ObjectName("hello:type=Requests");
        server.registerMBean(requests, name);
    }

    @AfterEach
    void unregister() throws Exception {
        server.unregisterMBean(name);
    }

    @Test
    void showsCountAndGreeting() throws Exception {
        requests.increment();
        assertEquals(1L, server.getAttribute(name, "Count"));
        assertEquals("moin", server.getAttribute(name, "Greeting"));
    }

    @Test
    void resetStartsAgain() throws Exception {
        requests.increment();
        server.invoke(name, "reset", null, null);
        assertEquals(0L, server.getAttribute(name, "Count"));
    }
}
