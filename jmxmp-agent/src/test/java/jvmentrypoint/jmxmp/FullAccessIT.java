package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InvalidClassException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.Query;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Parcel;
import jvmentrypoint.jmxmp.fixture.SideEffect;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code access=full}: what may be done, by whom, and with which classes. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class FullAccessIT {
    private static final String FULL = "port=0,access=full";
    private static final String[] PARCEL = {Parcel.class.getName()};

    private final String home;

    @TempDir
    Path folder;

    FullAccessIT(String home) {
        this.home = home;
    }

    @Test
    void everythingMayBeDone() throws Exception {
        try (Child service = start(FULL);
                Stock client = new Stock(service.port())) {
            MBeanServerConnection server = client.server();
            ObjectName orders = new ObjectName("shop:type=Orders");
            server.setAttribute(orders, new Attribute("Open", 7));
            assertEquals(7, server.invoke(orders, "cancelAll", null, null));
            assertEquals("hunter2", server.getAttribute(orders, "DbPassword"));
            assertEquals("open 7, cancelled true", service.ask());
            ObjectName timer = new ObjectName("shop:type=Timer");
            server.createMBean("javax.management.timer.Timer", timer);
            Object[] notification = {"tick", "text", "data", new java.util.Date(4102444800000L)};
            String[] types = {"java.lang.String", "java.lang.String", "java.lang.Object", "java.util.Date"};
            assertEquals(1, server.invoke(timer, "addNotification", notification, types));
            assertEquals(
                    Collections.singleton(orders),
                    server.queryNames(orders, Query.eq(Query.attr("Open"), Query.value(7))));
            assertEquals(
                    "SECONDS",
                    server.invoke(orders, "name", new Object[] {TimeUnit.SECONDS}, new String[] {"java.lang.Enum"}));
            server.unregisterMBean(timer);
            assertFalse(server.isRegistered(timer));
            Object help = server.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {"[Ljava.lang.String;"});
            assertTrue(((String) help).contains("java.lang.String"));
        }
    }

    /** Filtering goes on: who may do everything need not be able to run code by the form of a parameter. */
    @Test
    void theServicesClassesOnlyWhereAllowed() throws Exception {
        Parcel[] parcels = {new Parcel("tea")};
        try (Child service = start(FULL);
                Stock client = new Stock(service.port())) {
            IOException e = assertThrows(IOException.class, () -> ship(client, parcels));
            assertTrue(
                    String.valueOf(e).contains(InvalidClassException.class.getName()) || e.getCause() != null,
                    e.toString());
        }
        for (String allow : Arrays.asList(Parcel.class.getName(), "jvmentrypoint.jmxmp.fixture.*")) {
            try (Child service = start(FULL + ",allow=" + allow);
                    Stock client = new Stock(service.port())) {
                assertEquals("tea", ship(client, parcels));
            }
        }
        String trace = folder.resolve("executed").toString();
        try (Child service = start(FULL + ",allow=" + Parcel.class.getName());
                Stock client = new Stock(service.port())) {
            assertThrows(IOException.class, () -> ship(client, new Object[] {new SideEffect(trace)}));
            assertEquals("tea", ship(client, parcels));
        }
        assertFalse(new java.io.File(trace).exists());
    }

    private static Object ship(Stock client, Object[] parcels) throws Exception {
        String[] types = {"[Ljava.lang.Object;"};
        return client.server().invoke(new ObjectName("shop:type=Orders"), "ship", new Object[] {parcels}, types);
    }

    @Test
    void notBeyondLoopbackWithoutProtection() throws Exception {
        try (Child service = Child.service(
                        home, "port=0,access=full,bind=0.0.0.0", Collections.<String>emptyList(), "0")
                .awaitReady()) {
            service.awaitErr("0.0.0.0:0: not listened on: full access needs TLS and a password there");
            assertEquals(0, service.end());
            assertEquals(1, service.err().size(), service.err().toString());
        }
        try (Child service = start(FULL + ",bind=0.0.0.0,insecure=true");
                Stock client = new Stock(service.port())) {
            assertTrue(client.server().getMBeanCount() > 0);
        }
    }

    private Child start(String settings) throws IOException {
        return Child.service(home, settings, Collections.<String>emptyList(), "0")
                .awaitReady();
    }
}
