package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXConnectorProvider;
import javax.management.remote.JMXServiceURL;
import jvmentrypoint.jmxmp.IsolatedLoader;

/**
 * Gives {@link JMXConnectorFactory} the protocol jmxmp, in tools and in any JVM that has this jar on its class path.
 *
 * <p>That includes the service that the agent is attached to. One that brings an OpenDMK of its own keeps it: where the
 * class loader that was asked can see one, this provider declines, whichever of the two comes first.
 */
public final class Provider implements JMXConnectorProvider {
    private static final String CONNECTOR = "jvmentrypoint.jmxmp.connector.ToolConnector";
    private static final String OPENDMK = "com/sun/jmx/remote/protocol/jmxmp/ClientProvider.class";

    /**
     * Opens no connection yet.
     *
     * @throws MalformedURLException which makes the factory ask the next provider
     */
    @Override
    public JMXConnector newJMXConnector(JMXServiceURL url, Map<String, ?> env) throws IOException {
        if (!"jmxmp".equalsIgnoreCase(url.getProtocol())) {
            throw new MalformedURLException("not jmxmp: " + url);
        }
        if (seesOpenDmk(env)) {
            throw new MalformedURLException("OpenDMK is there: " + url);
        }
        try {
            return (JMXConnector) Isolated.LOADER
                    .loadClass(CONNECTOR)
                    .getMethod("of", JMXServiceURL.class, Map.class)
                    .invoke(null, url, env);
        } catch (InvocationTargetException e) {
            throw new IOException(e.getCause().toString(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IOException("this jar is incomplete: " + e, e);
        }
    }

    private static boolean seesOpenDmk(Map<String, ?> env) {
        Object given = env == null ? null : env.get(JMXConnectorFactory.PROTOCOL_PROVIDER_CLASS_LOADER);
        ClassLoader asked = given instanceof ClassLoader
                ? (ClassLoader) given
                : Thread.currentThread().getContextClassLoader();
        return asked != null && asked.getResource(OPENDMK) != null;
    }

    /** One for all connections: a tool may open thousands in its life. */
    private static final class Isolated {
        static final ClassLoader LOADER = new IsolatedLoader();
    }
}
