package jvmentrypoint.jmxmp.access;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;

/**
 * Copies of what an MBean shows, with the secrets in it masked: text, and text inside arrays, maps and open data, such as
 * SystemProperties and InputArguments. Other values pass as they are.
 */
final class Masked {
    private Masked() {}

    /** The name is the attribute's, key's or item's; empty where there is none. */
    static Object value(String name, Object value) {
        if (value instanceof String) {
            return Secrets.mask(name, (String) value);
        }
        if (value instanceof String[]) {
            return strings(name, (String[]) value);
        }
        if (value instanceof CompositeData) {
            return composite(name, (CompositeData) value);
        }
        if (value instanceof CompositeData[]) {
            return composites(name, (CompositeData[]) value);
        }
        if (value instanceof TabularData) {
            return table((TabularData) value);
        }
        if (value instanceof Map) {
            return map((Map<?, ?>) value);
        }
        return value instanceof List ? list(name, (List<?>) value) : value;
    }

    private static String[] strings(String name, String[] values) {
        String[] result = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = string(name, values[i]);
        }
        return result;
    }

    private static String string(String name, String value) {
        if (value == null) {
            return null;
        }
        return Secrets.isKey(name) ? Secrets.mask(name, value) : Secrets.maskArgument(value);
    }

    /** In a row of a map (key, value) and in a flag (name, value) the name that tells is itself a value. */
    private static CompositeData composite(String name, CompositeData data) {
        String told = "";
        for (String item : new String[] {"key", "name"}) {
            if (data.containsKey("value") && data.containsKey(item) && data.get(item) instanceof String) {
                told = (String) data.get(item);
            }
        }
        String[] items = data.getCompositeType().keySet().toArray(new String[0]);
        Object[] values = new Object[items.length];
        boolean changed = false;
        for (int i = 0; i < items.length; i++) {
            Object before = data.get(items[i]);
            String by = items[i].equals("value") ? told : items[i];
            values[i] = items[i].equals("key") ? before : value(by, before);
            changed |= values[i] != before;
        }
        if (!changed) {
            return data;
        }
        try {
            return new CompositeDataSupport(data.getCompositeType(), items, values);
        } catch (OpenDataException e) { // the values are of the types they were
            throw new IllegalStateException(name + ": can't be masked", e);
        }
    }

    private static CompositeData[] composites(String name, CompositeData[] values) {
        CompositeData[] result = new CompositeData[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i] == null ? null : composite(name, values[i]);
        }
        return result;
    }

    private static TabularData table(TabularData table) {
        TabularData result = new TabularDataSupport(table.getTabularType());
        for (Object row : table.values()) {
            result.put(composite("", (CompositeData) row));
        }
        return result;
    }

    private static Map<Object, Object> map(Map<?, ?> map) {
        Map<Object, Object> result = new LinkedHashMap<Object, Object>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            result.put(entry.getKey(), value(String.valueOf(entry.getKey()), entry.getValue()));
        }
        return result;
    }

    private static List<Object> list(String name, List<?> list) {
        List<Object> result = new ArrayList<Object>(list.size());
        for (Object each : list) {
            result.add(each instanceof String ? string(name, (String) each) : value(name, each));
        }
        return result;
    }
}
