package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.io.StreamCorruptedException;

/** Deserialises one object, of listed classes and within bounds only; a class is judged by its name before it is loaded. */
final class FilteredInput extends ObjectInputStream {
    /** Of any text in a request, in letters: the name of an MBean of as many parts is a hundred times as large. */
    private static final int MAX_NAME = 4 << 10;

    private final AllowList allowed;
    private final ServiceTypes more;
    private final ClassLoader services;
    private final QueryBudget budget = new QueryBudget();

    FilteredInput(InputStream in, AllowList allowed, Bounds bounds) throws IOException {
        this(in, allowed, ServiceTypes.NONE, null, bounds);
    }

    /** The service's own types are loaded by the loader given. */
    FilteredInput(InputStream in, AllowList allowed, ServiceTypes more, ClassLoader services, Bounds bounds)
            throws IOException {
        super(in);
        this.allowed = allowed;
        this.more = more;
        this.services = services;
        bounds.limit(this);
        enableResolveObject(allowed != AllowList.RESPONSE);
    }

    /** A query must not cost more than it is long, nor must a name. What requests wrap may have long texts. */
    @Override
    protected Object resolveObject(Object read) throws IOException {
        if (allowed != AllowList.REQUEST) {
            return budget.limited(read);
        }
        if (read instanceof String && ((String) read).length() > MAX_NAME) {
            throw new InvalidObjectException("a name of more than " + MAX_NAME + " letters");
        }
        return read;
    }

    /** Like readObject(), but an input that overflows the stack or the heap is an input error and no Error in the service's log. */
    Object readFiltered() throws IOException, ClassNotFoundException {
        try {
            return readObject();
        } catch (Bounds.Exceeded e) {
            throw new InvalidObjectException(e.getMessage());
        } catch (StackOverflowError e) {
            throw new StreamCorruptedException("nested too deeply");
        } catch (OutOfMemoryError e) {
            throw new StreamCorruptedException("too big for this JVM's memory");
        }
    }

    /** Our own loader suffices for what is listed: all of that is the JDK's or OpenDMK's. */
    @Override
    protected Class<?> resolveClass(ObjectStreamClass described) throws IOException, ClassNotFoundException {
        String name = described.getName();
        if (more.allows(AllowList.element(name))) {
            return Class.forName(name, false, services);
        }
        if (!allowed.allows(name)) {
            throw new InvalidClassException(name, "not allowed in a JMXMP " + allowed);
        }
        return Class.forName(name, false, FilteredInput.class.getClassLoader());
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
        throw new InvalidClassException("java.lang.reflect.Proxy", "not allowed in a JMXMP " + allowed);
    }
}
