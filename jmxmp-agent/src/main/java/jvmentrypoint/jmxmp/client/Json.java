package jvmentrypoint.jmxmp.client;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * A value as one line of JSON, in ASCII whatever the terminal's encoding. What has keys is an object, NaN and
 * infinities are strings, and so is all that JSON doesn't know.
 *
 * <p>It is correct JSON even where a value is too big or too deep to be printed whole: then "... (cut)" stands for the
 * rest.
 */
final class Json {
    private static final int MAX_LENGTH = 4 << 20;
    private static final int MAX_DEPTH = 100;
    private static final String CUT = "... (cut)";
    private static final List<? extends Class<?>> INTEGERS = Arrays.asList(
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            BigInteger.class,
            BigDecimal.class,
            AtomicInteger.class,
            AtomicLong.class);

    private final StringBuilder text = new StringBuilder();
    private int depth;

    private Json() {}

    static String of(Object value) {
        Json json = new Json();
        json.append(value);
        return json.text.toString();
    }

    private void append(Object value) {
        if (depth > MAX_DEPTH) {
            appendString(CUT);
            return;
        }
        depth++;
        if (value instanceof CompositeData) {
            appendComposite((CompositeData) value);
        } else if (value instanceof TabularData) {
            appendTable((TabularData) value);
        } else if (value instanceof Map) {
            appendMap((Map<?, ?>) value);
        } else if (value instanceof Collection) {
            appendAll(((Collection<?>) value).toArray());
        } else if (value != null && value.getClass().isArray()) {
            appendAll(value);
        } else {
            appendScalar(value);
        }
        depth--;
    }

    private void appendScalar(Object value) {
        boolean finite = value instanceof Double && isFinite((Double) value)
                || value instanceof Float && isFinite((Float) value);
        if (value == null || value instanceof Boolean || finite || INTEGERS.contains(value.getClass())) {
            text.append(value);
        } else {
            appendString(value.toString());
        }
    }

    private static boolean isFinite(double number) {
        return !Double.isNaN(number) && !Double.isInfinite(number);
    }

    private void appendComposite(CompositeData data) {
        Map<String, Object> items = new TreeMap<String, Object>();
        for (String item : new TreeSet<String>(data.getCompositeType().keySet())) {
            items.put(item, data.get(item));
        }
        appendMap(items);
    }

    private void appendTable(TabularData table) {
        if (!ValueText.isMap(table)) {
            appendAll(table.values().toArray());
            return;
        }
        Map<String, Object> entries = new TreeMap<String, Object>();
        for (Object row : table.values()) {
            CompositeData entry = (CompositeData) row;
            entries.put(ValueText.of(entry.get("key")), entry.get("value"));
        }
        appendMap(entries);
    }

    private void appendMap(Map<?, ?> map) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            separator = ",";
            if (isFull()) {
                appendString(CUT);
                text.append(":null");
                break;
            }
            Object key = entry.getKey();
            appendString(key instanceof String ? (String) key : ValueText.of(key));
            text.append(':');
            append(entry.getValue());
        }
        text.append(map.isEmpty() ? "{}" : "}");
    }

    private void appendAll(Object array) {
        int length = Array.getLength(array);
        text.append('[');
        for (int i = 0; i < length; i++) {
            text.append(i == 0 ? "" : ",");
            if (isFull()) {
                appendString(CUT);
                break;
            }
            append(Array.get(array, i));
        }
        text.append(']');
    }

    private boolean isFull() {
        return text.length() > MAX_LENGTH;
    }

    private void appendString(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            if (isFull() && string.length() - i > CUT.length()) {
                text.append(CUT);
                break;
            }
            appendCharacter(string.charAt(i));
        }
        text.append('"');
    }

    private void appendCharacter(char c) {
        if (c == '"' || c == '\\') {
            text.append('\\').append(c);
        } else if (c >= ' ' && c < 0x7f) {
            text.append(c);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            text.append('\\').append(c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        } else {
            String hex = Integer.toHexString(c);
            text.append("\\u").append("0000", 0, 4 - hex.length()).append(hex);
        }
    }
}
