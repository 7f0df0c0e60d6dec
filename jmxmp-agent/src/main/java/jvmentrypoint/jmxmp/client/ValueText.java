package jvmentrypoint.jmxmp.client;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** An attribute's value as text: {@code {committed=8, used=2}} for what has keys, {@code [a, b]} for what has none. */
final class ValueText {
    /** Nobody reads more; a server can send a list that holds itself a million times. */
    private static final int MAX_LENGTH = 1 << 20;

    private ValueText() {}

    static String of(Object value) {
        StringBuilder text = new StringBuilder();
        append(text, value);
        return printable(text.toString());
    }

    /** For lists and error lines: line breaks become visible, too. */
    static String oneLine(String text) {
        return printable(text).replace("\r", "\\r").replace("\n", "\\n");
    }

    /** Whether this is how JMX carries a Map. */
    static boolean isMap(TabularData table) {
        return table.getTabularType().getIndexNames().equals(Arrays.asList("key"))
                && table.getTabularType()
                        .getRowType()
                        .keySet()
                        .equals(new HashSet<String>(Arrays.asList("key", "value")));
    }

    private static boolean isFull(StringBuilder text) {
        return text.length() > MAX_LENGTH;
    }

    private static void append(StringBuilder text, Object value) {
        if (isFull(text)) {
            return;
        }
        if (value instanceof CompositeData) {
            appendComposite(text, (CompositeData) value);
        } else if (value instanceof TabularData) {
            appendTable(text, (TabularData) value);
        } else if (value instanceof Map) {
            appendMap(text, (Map<?, ?>) value);
        } else if (value instanceof Collection) {
            appendAll(text, (Collection<?>) value);
        } else if (value != null && value.getClass().isArray()) {
            appendArray(text, value);
        } else {
            text.append(value);
        }
    }

    private static void appendComposite(StringBuilder text, CompositeData data) {
        Map<String, Object> items = new TreeMap<String, Object>();
        for (String item : data.getCompositeType().keySet()) {
            items.put(item, data.get(item));
        }
        appendMap(text, items);
    }

    private static void appendTable(StringBuilder text, TabularData table) {
        if (!isMap(table)) {
            appendAll(text, table.values());
            return;
        }
        Map<String, Object> entries = new TreeMap<String, Object>();
        for (Object row : table.values()) {
            CompositeData entry = (CompositeData) row;
            entries.put(of(entry.get("key")), entry.get("value"));
        }
        appendMap(text, entries);
    }

    private static void appendMap(StringBuilder text, Map<?, ?> map) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (isFull(text)) {
                return;
            }
            append(text.append(separator), entry.getKey());
            append(text.append('='), entry.getValue());
            separator = ", ";
        }
        text.append(map.isEmpty() ? "{}" : "}");
    }

    private static void appendAll(StringBuilder text, Collection<?> values) {
        String separator = "[";
        for (Object value : values) {
            if (isFull(text)) {
                return;
            }
            append(text.append(separator), value);
            separator = ", ";
        }
        text.append(values.isEmpty() ? "[]" : "]");
    }

    private static void appendArray(StringBuilder text, Object array) {
        int length = Array.getLength(array);
        for (int i = 0; i < length && !isFull(text); i++) {
            append(text.append(i == 0 ? "[" : ", "), Array.get(array, i));
        }
        text.append(length == 0 ? "[]" : "]");
    }

    /** Control characters could steer the terminal of whoever reads what a hostile server sent. */
    private static String printable(String text) {
        int length = Math.min(text.length(), MAX_LENGTH);
        StringBuilder clean = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t') {
                String hex = Integer.toHexString(c);
                clean.append("\\u").append("0000", 0, 4 - hex.length()).append(hex);
            } else {
                clean.append(c);
            }
        }
        return clean.append(length < text.length() ? "... (cut)" : "").toString();
    }
}
