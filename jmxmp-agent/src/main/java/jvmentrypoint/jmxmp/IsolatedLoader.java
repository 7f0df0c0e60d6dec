package jvmentrypoint.jmxmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import jvmentrypoint.jmxmp.access.ReadOnly;

/**
 * Loads OpenDMK and our classes that touch it from {@code META-INF/jmxmp/} in the agent's jar.
 *
 * <p>-javaagent puts the whole jar on the service's class path. Under this prefix the service can't see OpenDMK, and
 * since our parent is the platform's loader, OpenDMK sees neither the service nor another OpenDMK that it may bring.
 */
public final class IsolatedLoader extends ClassLoader {
    private static final String PREFIX = "META-INF/jmxmp/";
    private static final String OURS = "jvmentrypoint.jmxmp.";
    private static final String SERVER = OURS + "connector.ServerConnector";

    private final ClassLoader agents = IsolatedLoader.class.getClassLoader();

    public IsolatedLoader() {
        super(platform(ClassLoader.getSystemClassLoader()));
    }

    /** The topmost loader below the boot loader: platform on 9 and later, extensions on 8. */
    private static ClassLoader platform(ClassLoader loader) {
        return loader.getParent() == null ? loader : platform(loader.getParent());
    }

    static Connector startConnector(Protection protection, Report report) throws ReflectiveOperationException {
        MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
        MBeanServer served = protection.isFull() ? platform : ReadOnly.over(platform);
        Class<?> server = new IsolatedLoader().loadClass(SERVER);
        return (Connector) server.getMethod("start", MBeanServer.class, Protection.class, Report.class)
                .invoke(null, served, protection, report);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = read(PREFIX + name.replace('.', '/') + ".class");
        if (bytes != null) {
            return defineClass(name, bytes, 0, bytes.length, IsolatedLoader.class.getProtectionDomain());
        }
        if (name.startsWith(OURS)) { // interfaces and the like that both sides share
            return agents.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    private byte[] read(String path) throws ClassNotFoundException {
        try (InputStream in = agents.getResourceAsStream(path)) {
            if (in == null) {
                return null;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.write(buffer, 0, n);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new ClassNotFoundException(path, e);
        }
    }
}
