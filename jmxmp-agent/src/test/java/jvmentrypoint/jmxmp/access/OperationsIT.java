package jvmentrypoint.jmxmp.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Jdks;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Read-only means it: everything that the JDK's own MBeans offer is invoked, and what isn't known to be harmless is refused. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class OperationsIT {
    private static final String REFUSED = ": refused, this JMXMP agent is read-only";
    private static final ObjectName HOTSPOT = name("com.sun.management:type=HotSpotDiagnostic");
    private static final ObjectName LOGGING = name("java.util.logging:type=Logging");

    private static final String[] STRINGS = {"java.lang.String", "java.lang.String"};

    private final String home;

    @TempDir
    Path folder;

    OperationsIT(String home) {
        this.home = home;
    }

    @Test
    void everyOperation() throws Exception {
        int version = Jdks.version(home);
        OperationsTable table = OperationsTable.read();
        OperationsTable found = new OperationsTable();
        for (String collector : new String[] {"-XX:+UseSerialGC", "-XX:+UseG1GC"}) {
            withService(collector, server -> {
                for (ObjectName bean : platform(server)) {
                    for (MBeanOperationInfo operation :
                            server.getMBeanInfo(bean).getOperations()) {
                        judge(version, server, bean, operation, found);
                    }
                }
            });
        }
        if (System.getenv("UPDATE_DOCS") != null) {
            table.forget(version);
            table.addAll(found);
            table.write();
        }
        assertEquals(
                String.join("\n", found.of(version)),
                String.join("\n", table.of(version)),
                "docs/jmx-operations.md (UPDATE_DOCS=1 writes it anew)");
    }

    private static void judge(
            int version,
            MBeanServerConnection server,
            ObjectName bean,
            MBeanOperationInfo operation,
            OperationsTable found)
            throws Exception {
        String name = operation.getName();
        String general = general(bean);
        String harmless = HarmlessOperations.reason(bean, name);
        String harmful = RefusedOperations.reason(general, name);
        assertTrue(harmless == null ^ harmful == null, general + " " + name + ": judge it, once");
        found.add(
                version,
                general,
                name,
                harmless == null ? "refused" : "allowed",
                harmless == null ? harmful : harmless);
        Executable invocation = () -> server.invoke(bean, name, defaults(operation), signature(operation));
        if (harmless == null) {
            refused("invoke " + name + " on " + bean + REFUSED, invocation);
        } else {
            allowed(invocation);
        }
    }

    /** A default parameter may be wrong for the operation, which then says so itself. */
    private static void allowed(Executable invocation) {
        try {
            invocation.execute();
        } catch (SecurityException e) {
            throw new AssertionError(e);
        } catch (Throwable e) {
            assertTrue(e instanceof JMException || e instanceof JMRuntimeException, e.toString());
        }
    }

    private static Object[] defaults(MBeanOperationInfo operation) {
        Map<String, Object> values = new HashMap<String, Object>();
        values.put("boolean", false);
        values.put("int", 0);
        values.put("long", 0L);
        values.put("[J", new long[0]);
        values.put("java.lang.String", "");
        values.put("[Ljava.lang.String;", new String[0]);
        String[] types = signature(operation);
        Object[] result = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            result[i] = values.get(types[i]);
        }
        return result;
    }

    private static String[] signature(MBeanOperationInfo operation) {
        MBeanParameterInfo[] parameters = operation.getSignature();
        String[] types = new String[parameters.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = parameters[i].getType();
        }
        return types;
    }

    /** There is one pool for each part of the heap, and names differ between collectors. */
    private static String general(ObjectName bean) {
        String own = bean.getKeyProperty("name");
        return own == null ? bean.getCanonicalName() : bean.getCanonicalName().replace("name=" + own, "name=*");
    }

    /** With arguments that would do it, so that it shows if one is not refused in time. */
    @Test
    void refusedBeforeAnythingIsDone() throws Exception {
        String file = folder.resolve("dump.hprof").toString();
        withService("-XX:+UseSerialGC", server -> {
            Object level = level(server);
            Object flag = flag(server);
            refuse(server, HOTSPOT, "dumpHeap", new Object[] {file, false}, "java.lang.String", "boolean");
            refuse(server, HOTSPOT, "setVMOption", new Object[] {"HeapDumpOnOutOfMemoryError", "true"}, STRINGS);
            refuse(server, LOGGING, "setLoggerLevel", new Object[] {"global", "FINEST"}, STRINGS);
            ObjectName recorder = name("jdk.management.jfr:type=FlightRecorder");
            if (server.isRegistered(recorder)) {
                refuse(server, recorder, "newRecording", null);
                assertEquals(0, ((CompositeData[]) server.getAttribute(recorder, "Recordings")).length);
            }
            assertFalse(folder.resolve("dump.hprof").toFile().exists());
            assertEquals(level, level(server));
            assertEquals(flag, flag(server));
        });
    }

    private static void refuse(
            MBeanServerConnection server, ObjectName bean, String name, Object[] parameters, String... signature) {
        refused("invoke " + name + " on " + bean + REFUSED, () -> server.invoke(bean, name, parameters, signature));
    }

    private static Object level(MBeanServerConnection server) throws Exception {
        return server.invoke(LOGGING, "getLoggerLevel", new Object[] {"global"}, new String[] {"java.lang.String"});
    }

    private static Object flag(MBeanServerConnection server) throws Exception {
        Object[] option = {"HeapDumpOnOutOfMemoryError"};
        return ((CompositeData) server.invoke(HOTSPOT, "getVMOption", option, new String[] {"java.lang.String"}))
                .get("value");
    }

    @Test
    void nothingIsMadeOrRemoved() throws Exception {
        withService("-XX:+UseSerialGC", server -> {
            int count = server.getMBeanCount();
            ObjectName made = name("attack:type=Made");
            for (String type : new String[] {
                "javax.management.loading.MLet",
                "javax.management.loading.PrivateMLet",
                "javax.management.timer.Timer",
                "javax.management.monitor.GaugeMonitor",
                "javax.management.modelmbean.RequiredModelMBean",
                "no.such.Type"
            }) {
                Object[] none = {};
                String[] types = {};
                ObjectName loader = name("JMImplementation:type=MBeanServerDelegate");
                String text = "createMBean" + REFUSED;
                refused(text, () -> server.createMBean(type, made));
                refused(text, () -> server.createMBean(type, made, loader));
                refused(text, () -> server.createMBean(type, made, (ObjectName) null));
                refused(text, () -> server.createMBean(type, made, none, types));
                refused(text, () -> server.createMBean(type, made, null, none, types));
                refused(text, () -> server.createMBean(type, null));
            }
            for (ObjectName bean : server.queryNames(null, null)) {
                refused("unregisterMBean on " + bean + REFUSED, () -> server.unregisterMBean(bean));
                String text = " on " + bean + REFUSED;
                refused("addNotificationListener" + text, () -> server.addNotificationListener(bean, bean, null, null));
                refused("removeNotificationListener" + text, () -> server.removeNotificationListener(bean, bean));
                refused(
                        "removeNotificationListener" + text,
                        () -> server.removeNotificationListener(bean, bean, null, null));
            }
            assertEquals(count, server.getMBeanCount());
        });
    }

    @Test
    void noAttributeIsSet() throws Exception {
        withService("-XX:+UseG1GC", server -> {
            int writable = 0;
            for (ObjectName bean : server.queryNames(null, null)) {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(bean).getAttributes()) {
                    Attribute same = new Attribute(attribute.getName(), null);
                    AttributeList list = new AttributeList(Collections.<Attribute>singletonList(same));
                    refused("setAttribute on " + bean + REFUSED, () -> server.setAttribute(bean, same));
                    refused("setAttributes on " + bean + REFUSED, () -> server.setAttributes(bean, list));
                    writable += attribute.isWritable() ? 1 : 0;
                }
            }
            assertTrue(writable > 10, "there would be something to set: " + writable);
        });
    }

    private static void refused(String text, Executable change) {
        SecurityException e = assertThrows(SecurityException.class, change, text);
        assertEquals(text, e.getMessage());
    }

    private void withService(String option, Use use) throws Exception {
        try (Child service =
                Child.service(home, "port=0", Arrays.asList(option), "0").awaitReady()) {
            try (Stock stock = new Stock(service.port())) {
                use.of(stock.server());
            }
            assertEquals(0, service.end());
            assertEquals(1, service.err().size(), service.err().toString());
        }
    }

    private static Set<ObjectName> platform(MBeanServerConnection server) throws IOException {
        Set<ObjectName> beans = new TreeSet<ObjectName>(server.queryNames(null, null));
        assertTrue(beans.remove(name("shop:type=Orders")), beans.toString());
        return beans;
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (JMException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private interface Use {
        void of(MBeanServerConnection server) throws Exception;
    }
}
