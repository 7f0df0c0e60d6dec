package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/** A thread dump. */
final class Threads implements Command {
    @Override
    public void run(Session session) throws IOException, JMException {
        MBeanServerConnection server = session.server();
        Threading threading = new Threading(server);
        ThreadRow[] threads = threading.dump();
        Deadlocks deadlocks = new Deadlocks(threads, threading.deadlocked());
        long[] ids = new long[threads.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = threads[i].id;
        }
        Map<Long, Long> cpuNanos = threading.cpuNanos(ids);
        String machine = machine(server);
        if (session.out.json) {
            printJson(session.out, machine, threads, cpuNanos, deadlocks);
            return;
        }
        session.out.line(Watch.now() + "\nFull thread dump " + machine + ":\n");
        for (ThreadRow thread : threads) {
            session.out.line(thread.text(nanos(cpuNanos, thread)));
        }
        session.out.print(deadlocks.text());
    }

    /** Thread by thread, since the whole may be too big for one value. */
    private static void printJson(
            Output out, String machine, ThreadRow[] threads, Map<Long, Long> cpuNanos, Deadlocks deadlocks) {
        out.print("{\"time\":" + Json.of(Watch.now()) + ",\"vm\":" + Json.of(machine) + ",\"threads\":[");
        String separator = "";
        for (ThreadRow thread : threads) {
            out.print(separator + Json.of(thread.map(nanos(cpuNanos, thread))));
            separator = ",";
        }
        out.line("],\"deadlocks\":" + Json.of(deadlocks.ids()) + "}");
    }

    private static long nanos(Map<Long, Long> cpuNanos, ThreadRow thread) {
        Long nanos = cpuNanos.get(thread.id);
        return nanos == null ? -1 : nanos;
    }

    private static String machine(MBeanServerConnection server) throws IOException, JMException {
        ObjectName runtime = new ObjectName("java.lang:type=Runtime");
        Object name = server.getAttribute(runtime, "VmName");
        Object version = server.getAttribute(runtime, "VmVersion");
        return ValueText.oneLine(name + " (" + version + ")");
    }
}
