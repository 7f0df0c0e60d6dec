package jvmentrypoint.jmxmp.access;

import java.lang.reflect.Array;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.Attribute;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;

/**
 * What an MBean shows, with the secrets in it masked: whatever is named like one, and text, alone or inside arrays,
 * collections, maps and open data, such as SystemProperties and InputArguments.
 *
 * <p>What holds no secret is returned as it is, not as a copy, since its class may matter to the client. Objects of the
 * service's own classes are not looked into.
 */
final class Masked {
    private Masked() {}

    /** The name is the attribute's, key's or item's; empty where there is none. */
    static Object value(String name, Object value) {
        if (value instanceof String) {
            return kept((String) value, Secrets.mask(name, (String) value));
        }
        return Secrets.isKey(name) ? Hidden.insteadOf(value) : unnamed(value);
    }

    private static Object unnamed(Object value) {
        if (value instanceof CharSequence || value instanceof URI || value instanceof URL) {
            return text(value, value.toString());
        }
        if (value instanceof char[]) {
            return text(value, new String((char[]) value));
        }
        if (value instanceof Object[]) {
            return array((Object[]) value);
        }
        if (value instanceof CompositeData) {
            return composite((CompositeData) value);
        }
        if (value instanceof TabularData) {
            return table((TabularData) value);
        }
        if (value instanceof Map) {
            return map((Map<?, ?>) value);
        }
        if (value instanceof Collection) {
            return collection((Collection<?>) value);
        }
        if (value instanceof Attribute) {
            Attribute attribute = (Attribute) value;
            Object masked = value(attribute.getName(), attribute.getValue());
            return masked == attribute.getValue() ? value : new Attribute(attribute.getName(), masked);
        }
        return value instanceof Throwable ? MaskedFailure.of("", (Throwable) value) : value;
    }

    private static Object text(Object value, String text) {
        String masked = Secrets.mask(text);
        if (masked.equals(text)) {
            return value;
        }
        return value instanceof char[] ? masked.toCharArray() : (Object) masked;
    }

    private static Object[] array(Object[] values) {
        Class<?> type = values.getClass().getComponentType();
        Object[] result = (Object[]) Array.newInstance(type, values.length);
        boolean changed = false;
        for (int i = 0; i < values.length; i++) {
            Object masked = element(values[i]);
            result[i] = type.isInstance(masked) ? masked : null; // text in place of a URI, say
            changed |= masked != values[i];
        }
        return changed ? result : values;
    }

    private static Object collection(Collection<?> values) {
        List<Object> result = new ArrayList<Object>(values.size());
        boolean changed = false;
        for (Object each : values) {
            Object masked = element(each);
            result.add(masked);
            changed |= masked != each;
        }
        if (!changed) {
            return values;
        }
        return values instanceof Set ? new LinkedHashSet<Object>(result) : result;
    }

    private static Object element(Object value) {
        return value instanceof String ? kept((String) value, Secrets.maskArgument((String) value)) : unnamed(value);
    }

    /** The very same text, so that whoever holds it can be kept as well. */
    private static String kept(String before, String masked) {
        return masked.equals(before) ? before : masked;
    }

    private static Object map(Map<?, ?> map) {
        Map<Object, Object> result = new LinkedHashMap<Object, Object>();
        boolean changed = false;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object masked = value(String.valueOf(entry.getKey()), entry.getValue());
            result.put(entry.getKey(), masked);
            changed |= masked != entry.getValue();
        }
        return changed ? result : map;
    }

    private static TabularData table(TabularData table) {
        TabularData result = new TabularDataSupport(table.getTabularType());
        for (Object row : table.values()) {
            result.put(composite((CompositeData) row));
        }
        return result;
    }

    /** In a row of a map (key, value) and in a flag (name, value) the name that tells is itself a value. */
    private static CompositeData composite(CompositeData data) {
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
        return changed ? composite(data.getCompositeType(), items, values) : data;
    }

    static CompositeData composite(CompositeType type, String[] items, Object[] values) {
        try {
            return new CompositeDataSupport(type, items, values);
        } catch (OpenDataException e) { // the values are of the types they were
            throw new IllegalStateException(type.getTypeName() + ": can't be masked", e);
        }
    }
}
