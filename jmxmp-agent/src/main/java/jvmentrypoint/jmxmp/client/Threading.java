package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/**
 * The platform's MBean of threads, as open data: its Java interface would need the server's JDK's own classes, and a
 * proxy of an older or newer one.
 */
final class Threading {
    private final MBeanServerConnection server;
    private final ObjectName name;

    Threading(MBeanServerConnection server) throws JMException {
        this.server = server;
        this.name = new ObjectName("java.lang:type=Threading");
    }

    /** Locks are asked for as far as the JVM can tell them. */
    ThreadRow[] dump() throws IOException, JMException {
        Object[] parameters = {
            server.getAttribute(name, "ObjectMonitorUsageSupported"),
            server.getAttribute(name, "SynchronizerUsageSupported"),
        };
        return rows(server.invoke(name, "dumpAllThreads", parameters, new String[] {"boolean", "boolean"}));
    }

    /** With as many frames of the stack; threads that have ended are left out. */
    ThreadRow[] threads(long[] ids, int depth) throws IOException, JMException {
        return rows(server.invoke(name, "getThreadInfo", new Object[] {ids, depth}, new String[] {"[J", "int"}));
    }

    long[] deadlocked() throws IOException, JMException {
        Object ids = server.invoke(name, "findDeadlockedThreads", null, null);
        return ids == null ? new long[0] : (long[]) ids;
    }

    long[] ids() throws IOException, JMException {
        return (long[]) server.getAttribute(name, "AllThreadIds");
    }

    /** Nanoseconds by id; empty if the JVM measures none, or none of all at once. */
    Map<Long, Long> cpuNanos(long[] ids) throws IOException, JMException {
        Map<Long, Long> byId = new HashMap<Long, Long>();
        try {
            long[] nanos = (long[]) server.invoke(name, "getThreadCpuTime", new Object[] {ids}, new String[] {"[J"});
            for (int i = 0; i < Math.min(ids.length, nanos.length); i++) {
                if (nanos[i] >= 0) {
                    byId.put(ids[i], nanos[i]);
                }
            }
        } catch (JMException | RuntimeException e) {
            return byId;
        }
        return byId;
    }

    private static ThreadRow[] rows(Object infos) {
        List<ThreadRow> rows = new ArrayList<ThreadRow>();
        for (CompositeData info : (CompositeData[]) infos) {
            if (info != null) {
                rows.add(new ThreadRow(Row.of(info)));
            }
        }
        return rows.toArray(new ThreadRow[0]);
    }
}
