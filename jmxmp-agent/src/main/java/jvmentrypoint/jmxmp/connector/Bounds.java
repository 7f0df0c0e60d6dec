package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * How much one message may hold, set as an ObjectInputFilter where the JDK has one: sun.misc on 8u121 and later,
 * java.io on 9 and later. It is set on our own streams only; a filter for the whole JVM would bind the service as well.
 * Before 8u121 the allow-list and {@link LimitedInput} stand alone.
 *
 * <p>An array is allocated before its elements arrive, so that a few bytes could pin much memory: arrays of objects are
 * bounded by what people ask for, and arrays of primitives by the bytes that must follow. A pattern knows but one bound
 * for all arrays, hence a filter of our own.
 */
enum Bounds {
    /** Names of versions and profiles. */
    HANDSHAKE(64 << 10, 100, 16, 4),
    /** A client's request: an operation and its wrapped parameters, or the names of attributes or listeners. */
    REQUEST(128 << 10, 2000, 500, 8),
    /** What a request wraps: parameters, a query, a filter. */
    PARAMETER(128 << 10, 10000, 500, 50),
    /** A server's answer to our client: a dump of many threads takes some megabytes. */
    RESPONSE(64 << 20, 2000000, 1 << 20, 100);

    /** Of one message, and of one array of primitives in it. */
    final int bytes;

    private final int references;
    private final int elements;
    private final int depth;

    Bounds(int bytes, int references, int elements, int depth) {
        this.bytes = bytes;
        this.references = references;
        this.elements = elements;
        this.depth = depth;
    }

    /** Must come before the first object is read. */
    void limit(ObjectInputStream in) throws IOException {
        try {
            Class<?> filter = find("java.io.ObjectInputFilter");
            if (filter != null) {
                ObjectInputStream.class
                        .getMethod("setObjectInputFilter", filter)
                        .invoke(in, proxy(filter));
                return;
            }
            filter = find("sun.misc.ObjectInputFilter");
            if (filter != null) {
                Class<?> config = Class.forName(filter.getName() + "$Config");
                Method set = config.getMethod("setObjectInputFilter", ObjectInputStream.class, filter);
                set.invoke(null, in, proxy(filter));
            }
        } catch (InvocationTargetException e) { // a filter factory of the service's, which refuses ours
            throw new IOException("no limits can be set on the stream: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("no limits can be set on the stream: " + e, e);
        }
    }

    private Object proxy(Class<?> filter) throws ReflectiveOperationException {
        return Proxy.newProxyInstance(
                Bounds.class.getClassLoader(), new Class<?>[] {filter}, new Filter(this, filter.getName()));
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    /** An ObjectInputFilter without its name, since that differs between JDKs. */
    private static final class Filter implements InvocationHandler {
        private final Bounds bounds;
        private final Method serialClass;
        private final Method arrayLength;
        private final Method depth;
        private final Method references;
        private final Method streamBytes;
        private final Object undecided;

        Filter(Bounds bounds, String filter) throws ReflectiveOperationException {
            this.bounds = bounds;
            Class<?> info = Class.forName(filter + "$FilterInfo");
            serialClass = info.getMethod("serialClass");
            arrayLength = info.getMethod("arrayLength");
            depth = info.getMethod("depth");
            references = info.getMethod("references");
            streamBytes = info.getMethod("streamBytes");
            Class<?> status = Class.forName(filter + "$Status");
            undecided = status.getField("UNDECIDED").get(null);
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws ReflectiveOperationException {
            if (!method.getName().equals("checkInput")) {
                return method.getReturnType() == String.class ? bounds.toString() : undecided;
            }
            Object info = arguments[0];
            boolean tooMuch = (Long) depth.invoke(info) > bounds.depth
                    || (Long) references.invoke(info) > bounds.references
                    || (Long) streamBytes.invoke(info) > bounds.bytes
                    || tooLong((Class<?>) serialClass.invoke(info), (Long) arrayLength.invoke(info));
            if (tooMuch) {
                throw new Exceeded(); // JDK 8 would put REJECTED into the service's log
            }
            return undecided;
        }

        private boolean tooLong(Class<?> type, long length) {
            if (length < 0) {
                return false;
            }
            Class<?> element = type == null ? Object.class : type.getComponentType();
            boolean objects = element == null || !element.isPrimitive(); // collections count as arrays of objects
            return objects ? length > bounds.elements : length > bounds.bytes / size(element);
        }

        private static int size(Class<?> primitive) {
            if (primitive == long.class || primitive == double.class) {
                return 8;
            }
            if (primitive == int.class || primitive == float.class) {
                return 4;
            }
            return primitive == byte.class || primitive == boolean.class ? 1 : 2;
        }
    }

    /** An Error, since the stream would take an exception for REJECTED. {@link FilteredInput} catches it. */
    static final class Exceeded extends Error {
        private static final long serialVersionUID = 1;

        Exceeded() {
            super("more than a JMXMP message may hold", null, false, false);
        }
    }
}
