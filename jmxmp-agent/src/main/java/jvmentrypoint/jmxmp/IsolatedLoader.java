package jvmentrypoint.jmxmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.management.MBeanServer;

/**
 * Loads OpenDMK and our classes that touch it from an archive in the agent's jar.
 *
 * <p>-javaagent puts the whole jar on the service's class path. Inside the archive the service can't see OpenDMK, and
 * since our parent is the platform's loader, OpenDMK sees neither the service nor another OpenDMK that it may bring.
 */
public final class IsolatedLoader extends ClassLoader {
    private static final String ARCHIVE = "META-INF/jmxmp-connector.jar";
    private static final String OURS = "jvmentrypoint.jmxmp.";
    private static final String SERVER = OURS + "connector.ServerConnector";

    private final ClassLoader agents = IsolatedLoader.class.getClassLoader();
    /** Given up where memory is short: half of its classes are never needed. */
    private SoftReference<Map<String, byte[]>> archive = new SoftReference<Map<String, byte[]>>(null);

    public IsolatedLoader() {
        super(platform(ClassLoader.getSystemClassLoader()));
    }

    /** The topmost loader below the boot loader: platform on 9 and later, extensions on 8. */
    private static ClassLoader platform(ClassLoader loader) {
        return loader.getParent() == null ? loader : platform(loader.getParent());
    }

    static Connector startConnector(Protection protection, Report report) throws ReflectiveOperationException {
        MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
        Class<?> server = new IsolatedLoader().loadClass(SERVER);
        return (Connector) server.getMethod("start", MBeanServer.class, Protection.class, Report.class)
                .invoke(null, platform, protection, report);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = archive().get(name.replace('.', '/') + ".class");
        if (bytes != null) {
            return defineClass(name, bytes, 0, bytes.length, IsolatedLoader.class.getProtectionDomain());
        }
        if (name.startsWith(OURS)) { // interfaces and the like that both sides share
            return agents.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    /** All at once, as the archive can only be read from its beginning. */
    private synchronized Map<String, byte[]> archive() throws ClassNotFoundException {
        Map<String, byte[]> files = archive.get();
        if (files == null) {
            files = readArchive();
            archive = new SoftReference<Map<String, byte[]>>(files);
        }
        return files;
    }

    private Map<String, byte[]> readArchive() throws ClassNotFoundException {
        Map<String, byte[]> files = new HashMap<String, byte[]>();
        try (InputStream in = agents.getResourceAsStream(ARCHIVE)) {
            if (in == null) {
                throw new ClassNotFoundException(ARCHIVE);
            }
            ZipInputStream zip = new ZipInputStream(in);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), read(zip));
            }
            return files;
        } catch (IOException e) {
            throw new ClassNotFoundException(ARCHIVE, e);
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            bytes.write(buffer, 0, n);
        }
        return bytes.toByteArray();
    }
}
