package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/** A JVM's figures at one moment. */
final class Sample {
    final Map<String, Object> runtime;
    final Map<String, Object> memory;
    final Map<String, Object> threading;
    final Map<String, Object> system;
    final Map<String, Object> classes;
    /** By the collector's name. */
    final Map<String, Map<String, Object>> collectors = new TreeMap<String, Map<String, Object>>();

    final long[] threadIds;
    final Map<Long, Long> cpuNanos;

    Sample(MBeanServerConnection server) throws IOException, JMException {
        runtime = read(server, "java.lang:type=Runtime", "Uptime", "Name", "VmName", "VmVersion");
        memory = read(server, "java.lang:type=Memory", "HeapMemoryUsage", "NonHeapMemoryUsage");
        threading = read(server, "java.lang:type=Threading", "ThreadCount", "DaemonThreadCount", "PeakThreadCount");
        system = read(
                server,
                "java.lang:type=OperatingSystem",
                "AvailableProcessors",
                "ProcessCpuTime",
                "CpuLoad",
                "SystemCpuLoad");
        classes = read(server, "java.lang:type=ClassLoading", "LoadedClassCount");
        for (ObjectName name : server.queryNames(new ObjectName("java.lang:type=GarbageCollector,*"), null)) {
            Map<String, Object> collector = read(server, name.toString(), "CollectionCount", "CollectionTime");
            collectors.put(String.valueOf(name.getKeyProperty("name")), collector);
        }
        Threading threads = new Threading(server);
        threadIds = threads.ids();
        cpuNanos = threads.cpuNanos(threadIds);
    }

    /** What the JVM lacks is left out. */
    private static Map<String, Object> read(MBeanServerConnection server, String name, String... attributes)
            throws IOException, JMException {
        Map<String, Object> values = new HashMap<String, Object>();
        for (Object each : server.getAttributes(new ObjectName(name), attributes)) {
            values.put(((Attribute) each).getName(), ((Attribute) each).getValue());
        }
        return values;
    }

    /** -1 for what is not known; MemoryUsage's max says so itself. */
    static long number(Map<String, Object> values, String key) {
        Object value = values.get(key);
        return value instanceof Number ? ((Number) value).longValue() : -1;
    }

    Row memory(String area) {
        Object usage = memory.get(area);
        return usage instanceof CompositeData ? Row.of(usage) : null;
    }

    long uptimeMillis() {
        return number(runtime, "Uptime");
    }

    /** Of all processors, from 0 to 1; null while the JVM doesn't know. */
    Double systemLoad() {
        for (String key : new String[] {"CpuLoad", "SystemCpuLoad"}) { // 14 renamed it
            Object load = system.get(key);
            if (load instanceof Double && (Double) load >= 0) {
                return (Double) load;
            }
        }
        return null;
    }
}
