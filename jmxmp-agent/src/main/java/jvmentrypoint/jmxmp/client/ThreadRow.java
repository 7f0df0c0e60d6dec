package jvmentrypoint.jmxmp.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A thread as ThreadInfo's open data tells it, in the shape of jstack. */
final class ThreadRow {
    final long id;
    final String name;
    final String state;
    final long ownerId;
    private final String ownerName;
    private final String lock;
    private final Row row;
    private final List<String> frames = new ArrayList<String>();

    ThreadRow(Row row) {
        this.row = row;
        id = row.number("threadId");
        name = String.valueOf(row.text("threadName"));
        state = String.valueOf(row.text("threadState"));
        ownerId = row.number("lockOwnerId");
        ownerName = row.text("lockOwnerName");
        Row info = row.row("lockInfo");
        lock = info == null ? row.text("lockName") : lock(info);
        for (Row frame : row.rows("stackTrace")) {
            frames.add(frame(frame));
        }
    }

    /** Where it is; null where nobody knows. */
    String top() {
        return frames.isEmpty() ? null : frames.get(0);
    }

    /** Takes processor time in nanoseconds, -1 if it is not known. */
    String text(long cpuNanos) {
        StringBuilder text = new StringBuilder();
        text.append('"').append(name).append("\" #").append(id);
        text.append(row.is("daemon") ? " daemon" : "");
        text.append(row.number("priority") < 0 ? "" : " prio=" + row.number("priority"));
        text.append(cpuNanos < 0 ? "" : " cpu=" + cpuNanos / 1000000 + "ms");
        text.append(row.is("suspended") ? " suspended" : "");
        text.append("\n   java.lang.Thread.State: ")
                .append(state)
                .append(manner())
                .append('\n');
        for (int depth = 0; depth < frames.size(); depth++) {
            text.append("\tat ").append(frames.get(depth)).append('\n');
            if (depth == 0 && lock != null) {
                text.append("\t- ").append(waits()).append('\n');
            }
            appendMonitors(text, depth);
        }
        appendSynchronizers(text);
        return text.toString();
    }

    /** What it wants, and who has that. */
    String waits() {
        String owner = ownerId < 0 ? "" : " owned by \"" + ownerName + "\" #" + ownerId;
        String act =
                state.equals("BLOCKED") ? "waiting to lock " : isOnMonitor() ? "waiting on " : "parking to wait for ";
        return act + shown(lock) + owner;
    }

    Map<String, Object> map(long cpuNanos) {
        Map<String, Object> map = new LinkedHashMap<String, Object>();
        map.put("id", id);
        map.put("name", name);
        map.put("state", state);
        map.put("daemon", row.is("daemon"));
        map.put("priority", row.number("priority") < 0 ? null : row.number("priority"));
        map.put("cpuNanos", cpuNanos < 0 ? null : cpuNanos);
        map.put("lock", lock);
        map.put("ownerId", ownerId < 0 ? null : ownerId);
        map.put("ownerName", ownerName);
        map.put("stack", frames);
        map.put("monitors", monitors());
        map.put("synchronizers", synchronizers());
        return map;
    }

    private String manner() {
        if (state.equals("BLOCKED")) {
            return " (on object monitor)";
        }
        if (frames.isEmpty() || !state.endsWith("WAITING")) {
            return "";
        }
        if (frames.get(0).startsWith("java.lang.Thread.sleep")) {
            return " (sleeping)";
        }
        return isOnMonitor() ? " (on object monitor)" : frames.get(0).contains("Unsafe.park(") ? " (parking)" : "";
    }

    private boolean isOnMonitor() {
        return !frames.isEmpty() && frames.get(0).startsWith("java.lang.Object.wait");
    }

    private void appendMonitors(StringBuilder text, int depth) {
        for (Row monitor : row.rows("lockedMonitors")) {
            if (monitor.number("lockedStackDepth") == depth) {
                text.append("\t- locked ").append(shown(lock(monitor))).append('\n');
            }
        }
    }

    private void appendSynchronizers(StringBuilder text) {
        if (!synchronizers().isEmpty()) {
            text.append("\n   Locked ownable synchronizers:\n");
        }
        for (String each : synchronizers()) {
            text.append("\t- ").append(shown(each)).append('\n');
        }
    }

    private List<String> synchronizers() {
        List<String> locks = new ArrayList<String>();
        for (Row each : row.rows("lockedSynchronizers")) {
            locks.add(lock(each));
        }
        return locks;
    }

    private List<Object> monitors() {
        List<Object> monitors = new ArrayList<Object>();
        for (Row each : row.rows("lockedMonitors")) {
            Map<String, Object> monitor = new LinkedHashMap<String, Object>();
            monitor.put("lock", lock(each));
            monitor.put("depth", each.number("lockedStackDepth"));
            monitors.add(monitor);
        }
        return monitors;
    }

    private static String lock(Row lock) {
        return lock.text("className") + "@" + Long.toHexString(lock.number("identityHashCode") & 0xffffffffL);
    }

    /** Programs that read thread dumps expect an address and a class; the identity hash stands for the address. */
    private static String shown(String lock) {
        int at = lock == null ? -1 : lock.lastIndexOf('@');
        return at < 0 ? "<" + lock + ">" : "<0x" + lock.substring(at + 1) + "> (a " + lock.substring(0, at) + ")";
    }

    /** As jstack: the module, which JDK 9 and later know, stands before the file. */
    private static String frame(Row frame) {
        StringBuilder text = new StringBuilder();
        text.append(frame.text("className"))
                .append('.')
                .append(frame.text("methodName"))
                .append('(');
        String module = frame.text("moduleName");
        if (module != null) {
            String version = frame.text("moduleVersion");
            text.append(module).append(version == null ? "" : "@" + version).append('/');
        }
        String file = frame.text("fileName");
        long line = frame.number("lineNumber");
        if (frame.is("nativeMethod")) {
            text.append("Native Method");
        } else if (file == null) {
            text.append("Unknown Source");
        } else {
            text.append(file).append(line < 0 ? "" : ":" + line);
        }
        return text.append(')').toString();
    }
}
