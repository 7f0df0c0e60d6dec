package jvmentrypoint.jmxmp.access;

import java.util.Arrays;
import javax.management.ObjectName;

/** The operations that a read-only client may invoke, since each only reads and tools such as VisualVM need it. */
final class HarmlessOperations {
    private static final String THREADING = "java.lang:type=Threading";
    private static final String LOGGING = "java.util.logging:type=Logging";
    private static final String HOTSPOT = "com.sun.management:type=HotSpotDiagnostic";
    private static final String DIAGNOSTIC = "com.sun.management:type=DiagnosticCommand";

    /** MBean, operation, and why it is needed. */
    private static final String[][] TABLE = {
        {THREADING, "getThreadInfo", "stack traces of chosen threads"},
        {THREADING, "dumpAllThreads", "a thread dump; unlike dumpThreads of HotSpotDiagnostic it writes no file"},
        {THREADING, "findDeadlockedThreads", "deadlocks, with java.util.concurrent's locks"},
        {THREADING, "findMonitorDeadlockedThreads", "deadlocks of monitors"},
        {THREADING, "getThreadCpuTime", "processor time of threads"},
        {THREADING, "getThreadUserTime", "processor time in user mode"},
        {THREADING, "getThreadAllocatedBytes", "who allocates"},
        {LOGGING, "getLoggerLevel", "a logger's level; setting it is refused"},
        {LOGGING, "getParentLoggerName", "where a logger inherits its level"},
        {HOTSPOT, "getVMOption", "one flag's value; setVMOption is refused"},
        {DIAGNOSTIC, "help", "the list of commands"},
        {DIAGNOSTIC, "vmVersion", "version"},
        {DIAGNOSTIC, "vmUptime", "time since start"},
        {DIAGNOSTIC, "vmFlags", "flags in effect"},
        {DIAGNOSTIC, "vmCommandLine", "VisualVM shows nothing without it; masked like all text"},
        {DIAGNOSTIC, "threadPrint", "a thread dump with native threads"},
        {DIAGNOSTIC, "gcHeapInfo", "sizes of the heap's regions"},
    };

    private HarmlessOperations() {}

    static boolean contains(ObjectName bean, String operation) {
        return reason(bean, operation) != null;
    }

    /** Why it is needed; null when it isn't harmless. */
    static String reason(ObjectName bean, String operation) {
        if (bean != null) {
            String name = bean.getCanonicalName();
            for (String[] row : TABLE) {
                if (row[0].equals(name) && row[1].equals(operation)) {
                    return row[2];
                }
            }
        }
        return null;
    }

    /** Each id is answered with a stack trace, so that one given ten thousand times would be a huge answer. */
    static void check(Object[] parameters) {
        for (Object each : parameters == null ? new Object[0] : parameters) {
            if (each instanceof long[] && hasTwice((long[]) each)) {
                throw new SecurityException("an id given twice: refused");
            }
        }
    }

    private static boolean hasTwice(long[] ids) {
        long[] sorted = ids.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                return true;
            }
        }
        return false;
    }
}
