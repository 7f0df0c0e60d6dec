package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * How much one message may hold, set as an ObjectInputFilter where the JDK has one: sun.misc on 8u121 and later,
 * java.io on 9 and later. It is set on our own streams only; a filter for the whole JVM would bind the service as well.
 * Before 8u121 the allow-list and {@link LimitedInput} stand alone.
 */
enum Bounds {
    /** A client's request. A query or a list of names is far smaller. */
    REQUEST(1 << 20, 10000, 100000, 50),
    /** A server's answer to our client: a dump of many threads takes some megabytes. */
    RESPONSE(64 << 20, 2000000, 64 << 20, 100);

    /** Of one message. */
    final int bytes;

    private final String pattern;

    Bounds(int bytes, int references, int arrayLength, int depth) {
        this.bytes = bytes;
        this.pattern =
                "maxbytes=" + bytes + ";maxrefs=" + references + ";maxarray=" + arrayLength + ";maxdepth=" + depth;
    }

    /** Must come before the first object is read. */
    void limit(ObjectInputStream in) throws IOException {
        try {
            Class<?> filter = find("java.io.ObjectInputFilter");
            if (filter != null) {
                ObjectInputStream.class
                        .getMethod("setObjectInputFilter", filter)
                        .invoke(in, parsed(filter));
                return;
            }
            filter = find("sun.misc.ObjectInputFilter");
            if (filter != null) {
                Method set = config(filter).getMethod("setObjectInputFilter", ObjectInputStream.class, filter);
                set.invoke(null, in, parsed(filter));
            }
        } catch (InvocationTargetException e) { // a filter factory of the service's, which refuses ours
            throw new IOException("no limits can be set on the stream: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("no limits can be set on the stream: " + e, e);
        }
    }

    private Object parsed(Class<?> filter) throws ReflectiveOperationException {
        return config(filter).getMethod("createFilter", String.class).invoke(null, pattern);
    }

    private static Class<?> config(Class<?> filter) throws ClassNotFoundException {
        return Class.forName(filter.getName() + "$Config");
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }
}
