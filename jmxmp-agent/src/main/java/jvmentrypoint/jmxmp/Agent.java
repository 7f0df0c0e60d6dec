package jvmentrypoint.jmxmp;

import java.lang.instrument.Instrumentation;

/** The {@code -javaagent}: reads its settings, starts one daemon thread and is done. */
public final class Agent {
    /** The JVM calls premain once for each -javaagent, and always this class: all copies of the jar share a class path. */
    private static boolean attached;

    private Agent() {}

    /**
     * Never throws, since an exception out of premain aborts the JVM, and never waits: sockets are bound on the daemon
     * thread.
     */
    public static void premain(String text, Instrumentation unused) {
        Report report = new Report(System.err);
        try {
            Arguments arguments = Arguments.parse(text, System.getProperties());
            if (arguments.off()) {
                return;
            }
            if (attached) {
                report.say("attached twice (one -javaagent is enough): the first one serves, this one yields");
                return;
            }
            attached = true;
            Thread thread = new Thread(new Listener(arguments, report), "jmxmp-listen");
            thread.setDaemon(true);
            thread.start();
        } catch (IllegalArgumentException e) {
            report.say(e.getMessage() + "; the service runs on without JMXMP");
        } catch (SecurityException e) {
            report.say("not started: " + e.getMessage() + " (grant this jar java.security.AllPermission);"
                    + " the service runs on without JMXMP");
        } catch (Throwable e) { // whatever it is, the service starts
            report.say("not started: " + e + "; the service runs on without JMXMP");
        }
    }
}
