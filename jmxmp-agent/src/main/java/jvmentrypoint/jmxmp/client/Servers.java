package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import javax.management.remote.JMXConnector;
import jvmentrypoint.jmxmp.IsolatedLoader;
import jvmentrypoint.jmxmp.security.ClientSecurity;

/** Opens connections through the loader that alone can see OpenDMK. */
final class Servers {
    private static final String CONNECTOR = "jvmentrypoint.jmxmp.connector.ClientConnector";

    /** One for all: a watch may connect anew for days. */
    private static final ClassLoader LOADER = new IsolatedLoader();

    private Servers() {}

    /** @throws SecurityException if the server doesn't let us in */
    static JMXConnector connect(Target target) throws IOException {
        try {
            return (JMXConnector) LOADER.loadClass(CONNECTOR)
                    .getMethod("connect", String.class, int.class, ClientSecurity.class, long.class)
                    .invoke(null, target.host(), target.port(), target.security(), target.timeoutMillis());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IOException) {
                throw (IOException) e.getCause();
            }
            if (e.getCause() instanceof SecurityException) {
                throw (SecurityException) e.getCause();
            }
            throw new IOException(e.getCause().toString(), e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("this jar is incomplete: " + e, e);
        }
    }
}
