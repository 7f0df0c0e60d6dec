package jvmentrypoint.jmxmp.client;

import javax.management.openmbean.CompositeData;

/** Open data read by key, whatever the server's JDK: a key that it lacks is null, no or -1. */
final class Row {
    private final CompositeData data;

    private Row(CompositeData data) {
        this.data = data;
    }

    /** Null for null. */
    static Row of(Object data) {
        return data == null ? null : new Row((CompositeData) data);
    }

    private Object get(String key) {
        return data.containsKey(key) ? data.get(key) : null;
    }

    /** In one line, or null. */
    String text(String key) {
        Object value = get(key);
        return value == null ? null : ValueText.oneLine(value.toString());
    }

    long number(String key) {
        Object value = get(key);
        return value instanceof Number ? ((Number) value).longValue() : -1;
    }

    boolean is(String key) {
        return Boolean.TRUE.equals(get(key));
    }

    Row row(String key) {
        return of(get(key));
    }

    /** Empty for none. */
    Row[] rows(String key) {
        Object value = get(key);
        return value instanceof CompositeData[] ? rows((CompositeData[]) value) : new Row[0];
    }

    static Row[] rows(CompositeData[] all) {
        Row[] rows = new Row[all.length];
        for (int i = 0; i < all.length; i++) {
            rows[i] = of(all[i]);
        }
        return rows;
    }
}
