package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.junit.jupiter.api.Test;

class ValueTextTest {
    @Test
    void forms() {
        assertEquals("null", ValueText.of(null));
        assertEquals("", ValueText.of(""));
        assertEquals("1.5", ValueText.of(1.5));
        assertEquals("[]", ValueText.of(new long[0]));
        assertEquals("[1, 2]", ValueText.of(new long[] {1, 2}));
        assertEquals("[[a], [null]]", ValueText.of(new String[][] {{"a"}, {null}}));
        assertEquals("[a, b]", ValueText.of(Arrays.asList("a", "b")));
        assertEquals("{}", ValueText.of(Collections.emptyMap()));
        assertEquals("{a=[1]}", ValueText.of(Collections.singletonMap("a", new int[] {1})));
    }

    @Test
    void openData() throws Exception {
        assertEquals("{used=1, zone=x}", ValueText.of(row("zone", "x", "used", "1")));
        assertEquals(
                "{a=1, b=2}", ValueText.of(table("key", row("key", "b", "value", "2"), row("key", "a", "value", "1"))));
        assertEquals("[{id=1, value=x}]", ValueText.of(table("id", row("id", "1", "value", "x"))));
    }

    /** 2^40 times x in one list. */
    @Test
    void hugeValuesAreCut() {
        Object list = "x";
        Object array = "x";
        Object map = "x";
        for (int i = 0; i < 40; i++) {
            list = Arrays.asList(list, list);
            array = new Object[] {array, array};
            Map<String, Object> next = new HashMap<String, Object>();
            next.put("a", map);
            next.put("b", map);
            map = next;
        }
        for (Object huge : new Object[] {list, array, map, new String(new char[5000000])}) {
            String text = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ValueText.of(huge));
            assertTrue(text.endsWith("... (cut)") && text.length() < 10000000, "length " + text.length());
        }
    }

    @Test
    void controlCharacters() {
        assertEquals("a\nb\\u001b[2J", ValueText.of("a\nb\u001b[2J"));
        assertEquals("a\\r\\nb\\u009b", ValueText.oneLine("a\r\nb\u009b"));
    }

    private static CompositeDataSupport row(String key1, String value1, String key2, String value2) throws Exception {
        String[] keys = {key1, key2};
        OpenType<?>[] types = {SimpleType.STRING, SimpleType.STRING};
        return new CompositeDataSupport(
                new CompositeType("row", "row", keys, keys, types), keys, new Object[] {value1, value2});
    }

    private static TabularDataSupport table(String index, CompositeDataSupport... rows) throws Exception {
        TabularDataSupport table = new TabularDataSupport(
                new TabularType("table", "table", rows[0].getCompositeType(), new String[] {index}));
        table.putAll(rows);
        return table;
    }
}
