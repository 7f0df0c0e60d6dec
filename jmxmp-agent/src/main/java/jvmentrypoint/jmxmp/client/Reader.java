package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** Asks a server and prints its answers. */
final class Reader {
    private final MBeanServerConnection server;
    private final PrintStream out;

    Reader(MBeanServerConnection server, PrintStream out) {
        this.server = server;
        this.out = out;
    }

    void printNames(ObjectName pattern) throws IOException {
        List<ObjectName> names = new ArrayList<ObjectName>(server.queryNames(pattern, null));
        Collections.sort(names);
        for (ObjectName name : names) {
            out.println(ValueText.oneLine(name.toString()));
        }
    }

    /** One attribute a request, so that one that can't be read, or not be deserialised here, spoils none but itself. */
    void printAttributes(ObjectName name) throws IOException, JMException {
        MBeanAttributeInfo[] attributes = server.getMBeanInfo(name).getAttributes();
        Arrays.sort(attributes, new Comparator<MBeanAttributeInfo>() {
            @Override
            public int compare(MBeanAttributeInfo a, MBeanAttributeInfo b) {
                return a.getName().compareTo(b.getName());
            }
        });
        for (MBeanAttributeInfo attribute : attributes) {
            if (attribute.isReadable()) {
                String text;
                try {
                    text = ValueText.of(server.getAttribute(name, attribute.getName()));
                } catch (JMException e) {
                    text = "(unreadable: " + Failure.text(e) + ")";
                } catch (RuntimeException e) {
                    text = "(unreadable: " + Failure.text(e) + ")";
                } catch (java.io.ObjectStreamException e) { // only the answer is bad, not the connection
                    text = "(unreadable: " + Failure.text(e) + ")";
                }
                out.println(ValueText.oneLine(attribute.getName() + ": " + text));
            }
        }
    }

    /** Takes {@code HeapMemoryUsage.used} for a key in an attribute's value, unless an attribute has that very name. */
    void printValue(ObjectName name, String path) throws IOException, JMException {
        AttributeNotFoundException missing = null;
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            try {
                Object value = server.getAttribute(name, path.substring(0, end));
                Object selected = end == path.length() ? value : select(value, path.substring(end + 1));
                out.println(ValueText.of(selected));
                return;
            } catch (AttributeNotFoundException e) {
                missing = e;
            }
        }
        throw (AttributeNotFoundException) new AttributeNotFoundException(path).initCause(missing);
    }

    /** The whole rest may be one key, as in SystemProperties.java.version, or lead deeper. */
    private static Object select(Object value, String path) throws AttributeNotFoundException {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            String key = path.substring(0, end);
            if (has(value, key)) {
                Object found = child(value, key);
                return end == path.length() ? found : select(found, path.substring(end + 1));
            }
        }
        throw new AttributeNotFoundException("no key " + path + " in the value");
    }

    private static boolean has(Object value, String key) {
        if (value instanceof TabularData) {
            return ValueText.isMap((TabularData) value) && ((TabularData) value).containsKey(new Object[] {key});
        }
        if (value instanceof CompositeData) {
            return ((CompositeData) value).containsKey(key);
        }
        return value instanceof Map && ((Map<?, ?>) value).containsKey(key);
    }

    private static Object child(Object value, String key) {
        if (value instanceof TabularData) {
            return ((TabularData) value).get(new Object[] {key}).get("value");
        }
        return value instanceof CompositeData ? ((CompositeData) value).get(key) : ((Map<?, ?>) value).get(key);
    }
}
