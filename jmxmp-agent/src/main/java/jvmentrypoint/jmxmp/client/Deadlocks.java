package jvmentrypoint.jmxmp.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Threads that wait for each other in a circle. */
final class Deadlocks {
    private final List<List<ThreadRow>> circles = new ArrayList<List<ThreadRow>>();

    /** Takes the ids of threads that java found deadlocked; who waits for whom stands in the threads. */
    Deadlocks(ThreadRow[] threads, long[] ids) {
        Map<Long, ThreadRow> byId = new HashMap<Long, ThreadRow>();
        for (ThreadRow thread : threads) {
            byId.put(thread.id, thread);
        }
        Set<ThreadRow> seen = new HashSet<ThreadRow>();
        for (long id : ids) {
            List<ThreadRow> circle = new ArrayList<ThreadRow>();
            for (ThreadRow next = byId.get(id); next != null && seen.add(next); next = byId.get(next.ownerId)) {
                circle.add(next);
            }
            if (!circle.isEmpty()) {
                circles.add(circle);
            }
        }
    }

    /** Empty if there are none. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (List<ThreadRow> circle : circles) {
            text.append("\nFound one Java-level deadlock:\n=============================\n");
            for (ThreadRow thread : circle) {
                text.append('"')
                        .append(thread.name)
                        .append("\" #")
                        .append(thread.id)
                        .append(":\n  ");
                text.append(thread.waits()).append('\n');
            }
        }
        int count = circles.size();
        if (count > 0) {
            text.append("\nFound ").append(count).append(count == 1 ? " deadlock.\n" : " deadlocks.\n");
        }
        return text.toString();
    }

    List<List<Long>> ids() {
        List<List<Long>> all = new ArrayList<List<Long>>();
        for (List<ThreadRow> circle : circles) {
            List<Long> ids = new ArrayList<Long>();
            for (ThreadRow thread : circle) {
                ids.add(thread.id);
            }
            all.add(ids);
        }
        return all;
    }
}
