package jvmentrypoint.jmxmp.connector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectOutputStream;
import javax.management.NotificationFilter;
import javax.management.remote.generic.ObjectWrapping;

/** The values inside messages: OpenDMK's own format (a byte array with a stream of its own), read through the filter. */
final class FilteredWrapping implements ObjectWrapping {
    /** A filter is kept as long as its listener: hundreds of notification types fit, a heap of them doesn't. */
    private static final int MAX_FILTER_BYTES = 8 << 10;

    private final AllowList allowed;
    private final ServiceTypes more;
    private final Bounds bounds;

    FilteredWrapping(AllowList allowed, Bounds bounds) {
        this(allowed, ServiceTypes.NONE, bounds);
    }

    FilteredWrapping(AllowList allowed, ServiceTypes more, Bounds bounds) {
        this.allowed = allowed;
        this.more = more;
        this.bounds = bounds;
    }

    /** In turn, like what comes before it: notifications, too, which no MBean is asked for, may be many. */
    @Override
    public Object wrap(Object value) throws IOException {
        Turns.ALL.begin();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        Turns.ALL.answered(bytes.size());
        return bytes.toByteArray();
    }

    /** The loader finds the MBean's own classes; what is listed does not need it. */
    @Override
    public Object unwrap(Object wrapped, ClassLoader services) throws IOException, ClassNotFoundException {
        if (wrapped instanceof Subscriptions.Refusal) {
            throw new SecurityException(((Subscriptions.Refusal) wrapped).reason);
        }
        if (!(wrapped instanceof byte[])) {
            throw new InvalidObjectException("wrapped value expected");
        }
        byte[] bytes = (byte[]) wrapped;
        try (FilteredInput in = new FilteredInput(new ByteArrayInputStream(bytes), allowed, more, services, bounds)) {
            Object value = in.readFiltered();
            if (value instanceof NotificationFilter && bytes.length > MAX_FILTER_BYTES) {
                throw new SecurityException("a filter of " + bytes.length + " bytes: refused, it may have no more than "
                        + MAX_FILTER_BYTES);
            }
            return value;
        }
    }
}
