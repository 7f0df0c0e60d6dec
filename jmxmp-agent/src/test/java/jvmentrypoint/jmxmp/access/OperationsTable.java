package jvmentrypoint.jmxmp.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table in docs/jmx-operations.md. Each JDK vouches for its own versions in it alone, so that those that are
 * not installed here keep theirs.
 */
final class OperationsTable {
    private static final Path FILE = Paths.get("..", "docs", "jmx-operations.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `([^`]+)` \\| `([^`]+)` \\| ([0-9, ]+) \\| (allowed|refused) \\| ([^|]+) \\|");

    private final List<String> before = new ArrayList<String>();
    private final List<String> after = new ArrayList<String>();
    /** "`BEAN` | `OPERATION`" -> versions, and -> verdict and reason. */
    private final SortedMap<String, SortedSet<Integer>> versions = new TreeMap<String, SortedSet<Integer>>();

    private final SortedMap<String, String> verdicts = new TreeMap<String, String>();

    static OperationsTable read() throws IOException {
        OperationsTable table = new OperationsTable();
        boolean rows = false;
        for (String line : Files.readAllLines(FILE, StandardCharsets.UTF_8)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows = true;
                for (String version : row.group(3).split(", ")) {
                    table.add(Integer.parseInt(version), row.group(1), row.group(2), row.group(4), row.group(5));
                }
            } else {
                (rows ? table.after : table.before).add(line);
            }
        }
        return table;
    }

    void add(int version, String bean, String operation, String verdict, String reason) {
        String key = "`" + bean + "` | `" + operation + "`";
        if (!versions.containsKey(key)) {
            versions.put(key, new TreeSet<Integer>());
        }
        versions.get(key).add(version);
        verdicts.put(key, verdict + " | " + reason);
    }

    void addAll(OperationsTable other) {
        for (Map.Entry<String, SortedSet<Integer>> each : other.versions.entrySet()) {
            if (!versions.containsKey(each.getKey())) {
                versions.put(each.getKey(), new TreeSet<Integer>());
            }
            versions.get(each.getKey()).addAll(each.getValue());
        }
        verdicts.putAll(other.verdicts);
    }

    /** Takes out what it says of a version. */
    void forget(int version) {
        for (String key : new ArrayList<String>(versions.keySet())) {
            versions.get(key).remove(version);
            if (versions.get(key).isEmpty()) {
                versions.remove(key);
                verdicts.remove(key);
            }
        }
    }

    /** What it says of a version, a line each. */
    List<String> of(int version) {
        List<String> lines = new ArrayList<String>();
        for (Map.Entry<String, SortedSet<Integer>> each : versions.entrySet()) {
            if (each.getValue().contains(version)) {
                lines.add(each.getKey() + " | " + verdicts.get(each.getKey()));
            }
        }
        return lines;
    }

    void write() throws IOException {
        List<String> lines = new ArrayList<String>(before);
        for (Map.Entry<String, SortedSet<Integer>> each : versions.entrySet()) {
            String joined = each.getValue().toString().replaceAll("[\\[\\]]", "");
            lines.add("| " + each.getKey() + " | " + joined + " | " + verdicts.get(each.getKey()) + " |");
        }
        lines.addAll(after);
        Files.write(FILE, lines, StandardCharsets.UTF_8);
    }
}
