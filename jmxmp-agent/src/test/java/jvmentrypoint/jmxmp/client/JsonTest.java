package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void scalars() throws Exception {
        assertEquals("null", Json.of(null));
        assertEquals("true", Json.of(true));
        assertEquals("-9223372036854775808", Json.of(Long.MIN_VALUE));
        assertEquals("1.5", Json.of(1.5));
        assertEquals("1.0E10", Json.of(1e10));
        assertEquals("1E+3", Json.of(new BigDecimal("1E3")));
        assertEquals("\"NaN\"", Json.of(Double.NaN));
        assertEquals("\"-Infinity\"", Json.of(Float.NEGATIVE_INFINITY));
        assertEquals("\"x\"", Json.of('x'));
        assertEquals("\"a:b=c\"", Json.of(new ObjectName("a:b=c")));
        assertEquals("\"SECONDS\"", Json.of(TimeUnit.SECONDS));
    }

    @Test
    void strings() {
        assertEquals("\"\"", Json.of(""));
        assertEquals("\"\\\"\\\\/\\n\\r\\t\"", Json.of("\"\\/\n\r\t"));
        assertEquals("\"\\u0000\\u001b[2J\\u007f\\u009b\"", Json.of("\0\u001b[2J\u007f\u009b"));
        assertEquals("\"\\u00fc\\u2028\\ud83d\\ude00\\ud83d\"", Json.of("\u00fc\u2028\ud83d\ude00\ud83d"));
    }

    @Test
    void structures() {
        assertEquals("[]", Json.of(new long[0]));
        assertEquals("[1,2]", Json.of(new long[] {1, 2}));
        assertEquals("[[\"a\"],[null]]", Json.of(new String[][] {{"a"}, {null}}));
        assertEquals("[\"a\",{\"b\":[1]}]", Json.of(Arrays.asList("a", Collections.singletonMap("b", new int[] {1}))));
        assertEquals("{}", Json.of(Collections.emptyMap()));
        assertEquals("{\"1\":2,\"null\":3}", Json.of(map(1, 2, null, 3)));
        assertEquals("{\"a\\u001b\":1}", Json.of(Collections.singletonMap("a\u001b", 1)));
    }

    private static Map<Object, Object> map(Object... pairs) {
        Map<Object, Object> map = new LinkedHashMap<Object, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @Test
    void openData() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        String usage = Json.of(server.getAttribute(new ObjectName("java.lang:type=Memory"), "NonHeapMemoryUsage"));
        assertTrue(usage.matches("\\{\"committed\":\\d+,\"init\":\\d+,\"max\":-?\\d+,\"used\":\\d+}"), usage);
        String properties = Json.of(server.getAttribute(new ObjectName("java.lang:type=Runtime"), "SystemProperties"));
        assertTrue(
                properties.contains(",\"java.specification.version\":\""
                        + System.getProperty("java.specification.version") + "\","),
                properties);
    }

    /** 2^40 times x, a list that holds itself, and a long string: cut, and each bracket closed. */
    @Test
    void hugeValuesAreCutAndStayJson() {
        Object list = "x";
        Object map = "x";
        for (int i = 0; i < 40; i++) {
            list = Arrays.asList(list, list);
            Map<String, Object> next = new HashMap<String, Object>();
            next.put("a", map);
            next.put("b", map);
            map = next;
        }
        List<Object> endless = new ArrayList<Object>();
        endless.add(endless);
        for (Object huge : new Object[] {list, map, endless, new String(new char[5000000])}) {
            String text = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> Json.of(huge));
            assertTrue(text.contains("... (cut)\""), "not cut");
            assertTrue(text.length() < 5000000, "length " + text.length());
            assertEquals(count(text, '['), count(text, ']'));
            assertEquals(count(text, '{'), count(text, '}'));
            assertEquals(0, count(text, '"') % 2);
        }
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
