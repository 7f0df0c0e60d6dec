package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;

/** What a JVM did between two samples, and how it stands after the second. */
final class Interval {
    private static final int BUSIEST = 10;

    final Sample now;
    private final Sample before;
    private final List<ThreadRow> busiest;

    Interval(Sample before, Sample now, MBeanServerConnection server) throws IOException, JMException {
        this.before = before;
        this.now = now;
        busiest = busiest(server);
    }

    /** By the server's own clock, so that the way to it doesn't count. */
    long millis() {
        return Math.max(1, now.uptimeMillis() - before.uptimeMillis());
    }

    /** The process's share of all processors, from 0 to 1; null if it is not known. */
    Double processLoad() {
        long then = Sample.number(before.system, "ProcessCpuTime");
        long nanos = Sample.number(now.system, "ProcessCpuTime") - then;
        long processors = Sample.number(now.system, "AvailableProcessors");
        if (then < 0 || nanos < 0 || processors < 1) {
            return null;
        }
        return Math.min(1, nanos / 1e6 / millis() / processors);
    }

    long collections(String collector) {
        return grown(collector, "CollectionCount");
    }

    long collectionMillis(String collector) {
        return grown(collector, "CollectionTime");
    }

    private long grown(String collector, String key) {
        Map<String, Object> then = before.collectors.get(collector);
        long from = then == null ? 0 : Math.max(0, Sample.number(then, key));
        return Math.max(0, Sample.number(now.collectors.get(collector), key) - from);
    }

    /** Those that used the most processor time, the busiest first; idle ones are left out. */
    List<ThreadRow> busiest() {
        return busiest;
    }

    /** A thread's share of one processor. */
    double load(long id) {
        return nanos(id) / 1e6 / millis();
    }

    private long nanos(long id) {
        Long nanos = now.cpuNanos.get(id);
        Long then = before.cpuNanos.get(id);
        return nanos == null ? 0 : nanos - (then == null ? 0 : then);
    }

    private List<ThreadRow> busiest(MBeanServerConnection server) throws IOException, JMException {
        List<Long> ids = new ArrayList<Long>();
        for (long id : now.threadIds) {
            if (nanos(id) > 0) {
                ids.add(id);
            }
        }
        Collections.sort(ids, new Comparator<Long>() {
            @Override
            public int compare(Long a, Long b) {
                return Long.compare(nanos(b), nanos(a));
            }
        });
        long[] first = new long[Math.min(BUSIEST, ids.size())];
        for (int i = 0; i < first.length; i++) {
            first[i] = ids.get(i);
        }
        return first.length == 0 ? new ArrayList<ThreadRow>() : inOrder(first, new Threading(server).threads(first, 1));
    }

    private static List<ThreadRow> inOrder(long[] ids, ThreadRow[] threads) {
        Map<Long, ThreadRow> byId = new HashMap<Long, ThreadRow>();
        for (ThreadRow thread : threads) {
            byId.put(thread.id, thread);
        }
        List<ThreadRow> ordered = new ArrayList<ThreadRow>();
        for (long id : ids) {
            if (byId.containsKey(id)) {
                ordered.add(byId.get(id));
            }
        }
        return ordered;
    }

    Map<String, Object> map(String time) {
        Map<String, Object> map = new LinkedHashMap<String, Object>();
        map.put("time", time);
        map.put("vm", now.runtime.get("VmName") + " (" + now.runtime.get("VmVersion") + ")");
        map.put("process", now.runtime.get("Name"));
        map.put("uptimeMillis", now.uptimeMillis());
        map.put("intervalMillis", millis());
        map.put("heap", now.memory.get("HeapMemoryUsage"));
        map.put("nonHeap", now.memory.get("NonHeapMemoryUsage"));
        map.put("gc", collectors());
        Map<String, Object> threads = new LinkedHashMap<String, Object>();
        threads.put("live", now.threading.get("ThreadCount"));
        threads.put("daemon", now.threading.get("DaemonThreadCount"));
        threads.put("peak", now.threading.get("PeakThreadCount"));
        map.put("threads", threads);
        Map<String, Object> cpu = new LinkedHashMap<String, Object>();
        cpu.put("process", processLoad());
        cpu.put("system", now.systemLoad());
        cpu.put("processors", now.system.get("AvailableProcessors"));
        map.put("cpu", cpu);
        map.put("classes", now.classes.get("LoadedClassCount"));
        map.put("busiest", threads());
        return map;
    }

    private Map<String, Object> collectors() {
        Map<String, Object> all = new LinkedHashMap<String, Object>();
        for (Map.Entry<String, Map<String, Object>> entry : now.collectors.entrySet()) {
            Map<String, Object> collector = new LinkedHashMap<String, Object>();
            collector.put("count", entry.getValue().get("CollectionCount"));
            collector.put("millis", entry.getValue().get("CollectionTime"));
            collector.put("countInInterval", collections(entry.getKey()));
            collector.put("millisInInterval", collectionMillis(entry.getKey()));
            all.put(entry.getKey(), collector);
        }
        return all;
    }

    private List<Object> threads() {
        List<Object> all = new ArrayList<Object>();
        for (ThreadRow thread : busiest) {
            Map<String, Object> map = new LinkedHashMap<String, Object>();
            map.put("id", thread.id);
            map.put("name", thread.name);
            map.put("state", thread.state);
            map.put("cpu", load(thread.id));
            map.put("at", thread.top());
            all.add(map);
        }
        return all;
    }
}
