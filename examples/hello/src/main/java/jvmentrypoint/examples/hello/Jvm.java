package jvmentrypoint.examples.hello;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JVM as it was started. Only the system properties that a service reads: the rest may hold secrets. */
final class Jvm {
    private static final List<String> PROPERTIES = Arrays.asList(
            "container.id", "datadog.defaultTags", "datadog.host", "greeting", "hostname", "loggly.enabled");

    private Jvm() {}

    static Map<String, Object> describe() {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        Map<String, Object> jvm = new LinkedHashMap<>();
        jvm.put("inputArguments", runtime.getInputArguments());
        jvm.put("properties", properties());
        jvm.put("pid", pid(runtime));
        jvm.put("javaVersion", System.getProperty("java.version"));
        return jvm;
    }

    /** ProcessHandle is not in 8, and the bean's name costs a DNS look-up, which takes seconds where DNS is cut off. */
    private static long pid(RuntimeMXBean runtime) {
        try {
            return Long.parseLong(
                    Files.readSymbolicLink(Paths.get("/proc/self")).toString());
        } catch (IOException e) { // not on Linux
            return Long.parseLong(runtime.getName().split("@")[0]);
        }
    }

    private static Map<String, String> properties() {
        Map<String, String> used = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("log.") || PROPERTIES.contains(name)) {
                used.put(name, System.getProperty(name));
            }
        }
        return used;
    }
}
