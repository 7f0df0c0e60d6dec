package jvmentrypoint.jmxmp.access;

import java.util.HashMap;
import java.util.Map;

/** Why each platform operation that isn't harmless is refused: a judgement on each, so that a new one of a new JDK needs one, too. */
final class RefusedOperations {
    private static final String CHANGES = "changes the service";
    private static final String FILE = "writes a file";
    private static final String CODE = "loads code";
    private static final String COSTS = "costs much";
    private static final String SECRETS = "shows secrets";
    private static final String UNNEEDED = "no tool needs it";

    private static final Map<String, String> REASONS = new HashMap<String, String>();

    static {
        diagnostic(CHANGES, "compilerDirectivesAdd compilerDirectivesClear compilerDirectivesRemove gcRunFinalization");
        diagnostic(CHANGES, "jfrConfigure jfrStart jfrStop jvmtiDataDump vmLog vmSetFlag vmUnlockCommercialFeatures");
        diagnostic(FILE, "aotEndRecording compilerPerfmap gcRotateLog jfrDump systemDumpMap threadDumpToFile vmCds");
        diagnostic(CODE, "jvmtiAgentLoad");
        diagnostic(
                COSTS,
                "compilerCodeHeapAnalytics compilerCodelist gcClassHistogram gcClassStats gcFinalizerInfo gcRun");
        diagnostic(COSTS, "jfrView systemTrimNativeHeap vmClassHierarchy vmClasses vmClassloaderStats vmClassloaders");
        diagnostic(COSTS, "vmMetaspace vmPrintTouchedMethods vmSymboltable vmSystemdictionary");
        diagnostic(SECRETS, "vmInfo vmStringtable vmSystemProperties");
        diagnostic(
                UNNEEDED, "compilerCodecache compilerDirectivesPrint compilerMemory compilerQueue jfrCheck systemMap");
        diagnostic(UNNEEDED, "systemNativeHeapInfo threadVthreadPollers threadVthreadScheduler vmDynlibs vmEvents");
        diagnostic(UNNEEDED, "vmNativeMemory");
        all("com.sun.management:type=HotSpotDiagnostic", FILE, "dumpHeap dumpThreads");
        all("com.sun.management:type=HotSpotDiagnostic", CHANGES, "setVMOption");
        all("java.lang:type=Memory", COSTS, "gc");
        all("java.lang:name=*,type=MemoryPool", CHANGES, "resetPeakUsage");
        all("java.lang:type=Threading", CHANGES, "resetPeakThreadCount");
        all("java.util.logging:type=Logging", CHANGES, "setLoggerLevel");
        all("jdk.management:type=HotSpotAOTCache", FILE, "endRecording");
        String recorder = "jdk.management.jfr:type=FlightRecorder";
        all(recorder, CHANGES, "cloneRecording closeRecording closeStream newRecording openStream readStream");
        all(recorder, CHANGES, "setConfiguration setPredefinedConfiguration setRecordingOptions setRecordingSettings");
        all(recorder, CHANGES, "startRecording stopRecording takeSnapshot");
        all(recorder, FILE, "copyTo");
        all(recorder, UNNEEDED, "getRecordingOptions getRecordingSettings");
    }

    private RefusedOperations() {}

    /** Null when nobody has judged it yet. */
    static String reason(String bean, String operation) {
        return REASONS.get(bean + " " + operation);
    }

    private static void diagnostic(String reason, String operations) {
        all("com.sun.management:type=DiagnosticCommand", reason, operations);
    }

    private static void all(String bean, String reason, String operations) {
        for (String operation : operations.split(" ")) {
            if (REASONS.put(bean + " " + operation, reason) != null) {
                throw new AssertionError("judged twice: " + operation);
            }
        }
    }
}
