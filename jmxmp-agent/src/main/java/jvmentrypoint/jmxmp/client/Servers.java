package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import javax.management.remote.JMXConnector;
import jvmentrypoint.jmxmp.IsolatedLoader;
import jvmentrypoint.jmxmp.security.ClientSecurity;

/** Opens connections through the loader that alone can see OpenDMK. */
final class Servers {
    private static final String CONNECTOR = "jvmentrypoint.jmxmp.connector.ClientConnector";

    private Servers() {}

    static JMXConnector connect(String host, int port) throws IOException {
        try {
            return (JMXConnector) new IsolatedLoader()
                    .loadClass(CONNECTOR)
                    .getMethod("connect", String.class, int.class, ClientSecurity.class)
                    .invoke(null, host, port, ClientSecurity.NONE);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IOException) {
                throw (IOException) e.getCause();
            }
            throw new IOException(e.getCause().toString(), e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("this jar is incomplete: " + e, e);
        }
    }
}
