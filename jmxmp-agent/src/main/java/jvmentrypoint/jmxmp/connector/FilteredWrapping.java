package jvmentrypoint.jmxmp.connector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectOutputStream;
import javax.management.remote.generic.ObjectWrapping;

/** The values inside messages: OpenDMK's own format (a byte array with a stream of its own), read through the filter. */
final class FilteredWrapping implements ObjectWrapping {
    private final AllowList allowed;
    private final Bounds bounds;

    FilteredWrapping(AllowList allowed, Bounds bounds) {
        this.allowed = allowed;
        this.bounds = bounds;
    }

    @Override
    public Object wrap(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    /** Leaves the proposed loader aside: it may find the service's classes, and none of them is listed. */
    @Override
    public Object unwrap(Object wrapped, ClassLoader unused) throws IOException, ClassNotFoundException {
        if (!(wrapped instanceof byte[])) {
            throw new InvalidObjectException("wrapped value expected");
        }
        try (FilteredInput in = new FilteredInput(new ByteArrayInputStream((byte[]) wrapped), allowed, bounds)) {
            return in.readFiltered();
        }
    }
}
