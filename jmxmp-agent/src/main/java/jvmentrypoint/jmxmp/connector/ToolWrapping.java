package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.io.InvalidClassException;
import javax.management.remote.generic.ObjectWrapping;

/**
 * A server's values as a long-lived client reads them. A class that isn't allowed counts as one that isn't found: OpenDMK
 * then leaves out the notification that holds it, where any other failure would silently end all notifications.
 */
final class ToolWrapping implements ObjectWrapping {
    private final ObjectWrapping filtered = new FilteredWrapping(AllowList.RESULT, Bounds.RESPONSE);

    @Override
    public Object wrap(Object value) throws IOException {
        return filtered.wrap(value);
    }

    @Override
    public Object unwrap(Object wrapped, ClassLoader loader) throws IOException, ClassNotFoundException {
        try {
            return filtered.unwrap(wrapped, loader);
        } catch (InvalidClassException e) {
            throw new ClassNotFoundException(e.getMessage(), e);
        }
    }
}
