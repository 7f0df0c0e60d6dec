package jvmentrypoint.jmxmp.client;

import java.util.Locale;
import java.util.Map;

/** An interval for people, in some 20 lines of 80 columns or a little more. */
final class TopText {
    private static final int MAX_NAME = 30;
    private static final long MIB = 1 << 20;

    private final Interval interval;
    private final Sample now;
    private final StringBuilder text = new StringBuilder();

    TopText(Interval interval) {
        this.interval = interval;
        this.now = interval.now;
    }

    String of(String title) {
        text.append(title).append('\n');
        line("JVM", now.runtime.get("VmName") + " (" + now.runtime.get("VmVersion") + "), " + now.runtime.get("Name"));
        line("up", uptime(now.uptimeMillis() / 1000));
        line("heap", memory(now.memory("HeapMemoryUsage")));
        line("non-heap", memory(now.memory("NonHeapMemoryUsage")));
        for (Map.Entry<String, Map<String, Object>> entry : now.collectors.entrySet()) {
            line("GC", collector(entry.getKey(), entry.getValue()));
        }
        line(
                "CPU",
                "process " + percent(interval.processLoad()) + ", system " + percent(now.systemLoad()) + " of "
                        + now.system.get("AvailableProcessors") + " processors");
        line("classes", String.valueOf(now.classes.get("LoadedClassCount")));
        line(
                "threads",
                now.threading.get("ThreadCount") + ", " + now.threading.get("DaemonThreadCount") + " daemons, at most "
                        + now.threading.get("PeakThreadCount") + " so far");
        for (ThreadRow thread : interval.busiest()) {
            appendThread(thread);
        }
        return text.toString();
    }

    private void line(String title, String words) {
        text.append(String.format(Locale.ROOT, "%-9s", title))
                .append(ValueText.oneLine(words))
                .append('\n');
    }

    private void appendThread(ThreadRow thread) {
        String name = thread.name.length() > MAX_NAME ? thread.name.substring(0, MAX_NAME - 3) + "..." : thread.name;
        String line = String.format(
                Locale.ROOT,
                "%7s  #%-5d %-13s %-" + MAX_NAME + "s  %s",
                percent(interval.load(thread.id)),
                thread.id,
                thread.state,
                name,
                thread.top() == null ? "-" : thread.top());
        text.append(line).append('\n');
    }

    private static String memory(Row usage) {
        if (usage == null) {
            return "?";
        }
        long max = usage.number("max");
        long used = usage.number("used");
        return mebibytes(used) + " used, " + mebibytes(usage.number("committed")) + " committed"
                + (max <= 0 ? "" : ", " + mebibytes(max) + " max (" + percent((double) used / max) + " used)");
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB);
    }

    private String collector(String name, Map<String, Object> figures) {
        return name + ": " + interval.collections(name) + " in " + interval.collectionMillis(name) + " ms; since start "
                + figures.get("CollectionCount") + " in " + figures.get("CollectionTime") + " ms";
    }

    private static String percent(Double share) {
        return share == null ? "?" : String.format(Locale.ROOT, "%.1f%%", share * 100);
    }

    private static String uptime(long seconds) {
        long days = seconds / 86400;
        return (days == 0 ? "" : days + "d ")
                + String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    }
}
