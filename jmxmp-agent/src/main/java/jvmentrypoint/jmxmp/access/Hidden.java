package jvmentrypoint.jmxmp.access;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;

/**
 * What stands for the value of something that is named like a secret: "(set)" as far as the type allows, since open data
 * and typed arrays must keep theirs. A boolean stays, as it only says whether there is one.
 */
final class Hidden {
    private Hidden() {}

    static Object insteadOf(Object value) {
        if (value == null || value instanceof Boolean || value instanceof ObjectName || "".equals(value)) {
            return value;
        }
        if (value instanceof Number || value instanceof Character) {
            return scalar(value);
        }
        if (value instanceof Date) {
            return new Date(0);
        }
        if (value.getClass().isArray()) {
            return array(value);
        }
        if (value instanceof CompositeData) {
            return composite((CompositeData) value);
        }
        if (value instanceof TabularData) {
            return new TabularDataSupport(((TabularData) value).getTabularType());
        }
        if (value instanceof Map) {
            boolean empty = ((Map<?, ?>) value).isEmpty();
            return empty
                    ? value
                    : new LinkedHashMap<Object, Object>(Collections.singletonMap(Secrets.MASK, Secrets.MASK));
        }
        return value instanceof Collection ? collection((Collection<?>) value) : Secrets.MASK;
    }

    /** Of a class of the service's own we can't make another number. */
    private static Object scalar(Object value) {
        Object[] zeros = {
            (byte) 0, (short) 0, 0, 0L, 0f, 0d, '*', BigInteger.ZERO, BigDecimal.ZERO,
        };
        for (Object zero : zeros) {
            if (zero.getClass() == value.getClass()) {
                return zero;
            }
        }
        return Secrets.MASK;
    }

    private static Object array(Object value) {
        if (value instanceof char[]) {
            return Secrets.MASK.toCharArray();
        }
        if (value instanceof byte[]) {
            return Secrets.MASK.getBytes(StandardCharsets.US_ASCII);
        }
        Class<?> type = value.getClass().getComponentType();
        int length = type.isPrimitive() ? 0 : Array.getLength(value);
        Object result = Array.newInstance(type, length);
        for (int i = 0; i < length; i++) {
            Object hidden = insteadOf(Array.get(value, i));
            Array.set(result, i, type.isInstance(hidden) ? hidden : null);
        }
        return result;
    }

    private static Object composite(CompositeData data) {
        String[] items = data.getCompositeType().keySet().toArray(new String[0]);
        Object[] values = data.getAll(items);
        for (int i = 0; i < values.length; i++) {
            values[i] = insteadOf(values[i]);
        }
        return Masked.composite(data.getCompositeType(), items, values);
    }

    private static Object collection(Collection<?> values) {
        List<Object> result = new ArrayList<Object>(values.size());
        for (Object each : values) {
            result.add(insteadOf(each));
        }
        return values instanceof Set ? new LinkedHashSet<Object>(result) : result;
    }
}
