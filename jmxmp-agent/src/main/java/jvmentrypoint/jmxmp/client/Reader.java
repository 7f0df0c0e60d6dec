package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** Asks for attributes, and for parts of them. */
final class Reader {
    private final MBeanServerConnection server;

    Reader(MBeanServerConnection server) {
        this.server = server;
    }

    /** Those that can be read, in their names' order. */
    List<String> attributes(ObjectName name) throws IOException, JMException {
        List<String> readable = new ArrayList<String>();
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
            if (attribute.isReadable()) {
                readable.add(attribute.getName());
            }
        }
        Collections.sort(readable);
        return readable;
    }

    Object attribute(ObjectName name, String attribute) throws IOException, JMException {
        return server.getAttribute(name, attribute);
    }

    /** Takes {@code HeapMemoryUsage.used} for a key in an attribute's value, unless an attribute has that very name. */
    Object value(ObjectName name, String path) throws IOException, JMException {
        AttributeNotFoundException missing = null;
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            try {
                Object value = server.getAttribute(name, path.substring(0, end));
                return end == path.length() ? value : select(value, path.substring(end + 1));
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
