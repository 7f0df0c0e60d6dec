package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jmx.remote.generic.SelectProfiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import javax.net.ssl.SSLException;
import jvmentrypoint.jmxmp.fixture.Certificates;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Stock;
import jvmentrypoint.jmxmp.fixture.Tool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and passwords, with OpenDMK's own client and with ours: who comes in, and what the others are told. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class TlsIT {
    private static final String ORDERS = "shop:type=Orders";

    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static Certificates strangers;
    private static String password;

    private final String home;
    private Child service;

    TlsIT(String home) {
        this.home = home;
    }

    @BeforeAll
    static void issue() throws Exception {
        certificates = new Certificates(Files.createDirectory(folder.resolve("ours")))
                .issue("server", "RSA", "san=ip:127.0.0.1", "-1H")
                .issue("elsewhere", "EC", "san=dns:jmx.example.com", "-1H")
                .issue("expired", "EC", "san=ip:127.0.0.1", "-3d")
                .issue("client", "EC", "san=dns:ops", "-1H");
        strangers = new Certificates(Files.createDirectory(folder.resolve("strangers")))
                .issue("client", "EC", "san=dns:ops", "-1H");
        password = certificates.write("password", "correct horse\n");
    }

    @AfterEach
    void end() throws Exception {
        if (service != null) {
            try (Child ending = service) {
                assertEquals(0, ending.end());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void stockClientWithPassword(String protocol) throws Exception {
        start(certificates.pemSettings("server") + ",user=ops,password-file=" + password);
        Map<String, Object> env = stock("TLS SASL/PLAIN", null);
        env.put("jmx.remote.tls.enabled.protocols", protocol);
        env.put("jmx.remote.credentials", new String[] {"ops", "correct horse"});
        assertOpen(env);
    }

    @Test
    void stockClientWithoutPasswordOverPkcs12() throws Exception {
        String secret = certificates.write("keystore-password", Certificates.PASSWORD);
        start("tls-keystore=" + certificates.path("server.p12") + ",tls-keystore-password-file=" + secret);
        assertOpen(stock("TLS", null));
    }

    @Test
    void olderProtocolsAreRefused() throws Exception {
        start(certificates.pemSettings("server"));
        Map<String, Object> env = stock("TLS", null);
        env.put("jmx.remote.tls.enabled.protocols", "TLSv1.1");
        String disabled = Security.getProperty("jdk.tls.disabledAlgorithms");
        Security.setProperty("jdk.tls.disabledAlgorithms", ""); // or our own side would refuse it
        try {
            assertThrows(SSLException.class, () -> new Stock(service.port(), env));
        } finally {
            Security.setProperty("jdk.tls.disabledAlgorithms", disabled);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ops, wrong horse",
        "jmx, correct horse",
        "ops, ''",
        "'', ''",
        "ops, correct hors",
        "ops, correct horse2",
    })
    void wrongPassword(String user, String given) throws Exception {
        start(certificates.pemSettings("server") + ",user=ops,password-file=" + password);
        Map<String, Object> env = stock("TLS SASL/PLAIN", null);
        env.put("jmx.remote.credentials", new String[] {user, given});
        Exception e = assertThrows(Exception.class, () -> new Stock(service.port(), env));
        assertTrue(e.toString().contains("wrong user or password") || user.isEmpty(), e.toString());
    }

    @Test
    void noProfile() throws Exception {
        start(certificates.pemSettings("server") + ",password-file=" + password);
        assertThrows(IOException.class, () -> new Stock(service.port()));
        assertThrows(SecurityException.class, () -> new Stock(service.port(), stock("TLS", null)));
        Map<String, Object> none = new HashMap<String, Object>();
        none.put("com.sun.jmx.remote.profile.selector", (SelectProfiles) (env, servers) -> {});
        Exception e = assertThrows(SecurityException.class, () -> new Stock(service.port(), none));
        assertTrue(e.getMessage().endsWith("this server wants TLS SASL/PLAIN"), e.getMessage());
    }

    /** The stock client lets it happen that the password crosses in clear; at least it is of no use. */
    @Test
    void passwordWithoutTls() throws Exception {
        start(certificates.pemSettings("server") + ",user=ops,password-file=" + password);
        Map<String, Object> env = stock("SASL/PLAIN", null);
        env.put("jmx.remote.credentials", new String[] {"ops", "correct horse"});
        Exception e = assertThrows(SecurityException.class, () -> new Stock(service.port(), env));
        assertTrue(e.getMessage().contains("a password without TLS"), e.getMessage());
    }

    @Test
    void clientCertificates() throws Exception {
        start(certificates.pemSettings("server") + ",tls-client-ca=" + certificates.authority());
        assertOpen(stock("TLS", "client"));
        Exception missing = assertThrows(Exception.class, () -> assertOpen(stock("TLS", null)));
        assertFalse(missing instanceof SecurityException, missing.toString());
        Map<String, Object> env = stock("TLS", null);
        env.put("jmx.remote.tls.socket.factory", strangers.client("client"));
        assertThrows(Exception.class, () -> assertOpen(env));
        assertOpen(stock("TLS", "client"));
    }

    /** Renewed while the service runs. */
    @Test
    void certificateIsReadAnew() throws Exception {
        Path certificate = folder.resolve("renewed.pem");
        Path key = folder.resolve("renewed.key");
        copy("expired", certificate, key);
        start("tls-cert=" + certificate + ",tls-key=" + key);
        assertThrows(IOException.class, () -> new Stock(service.port(), stock("TLS", null)));
        copy("server", certificate, key);
        assertOpen(stock("TLS", null));
    }

    private static void copy(String name, Path certificate, Path key) throws IOException {
        Files.copy(Paths.get(certificates.pem(name)), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(Paths.get(certificates.path(name + ".key")), key, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What is wrong with a file is said once, and nobody is served without TLS in its stead. */
    @Test
    void brokenKey() throws Exception {
        String broken = certificates.write("broken.key", "no key\n");
        start("tls-cert=" + certificates.pem("server") + ",tls-key=" + broken);
        for (int i = 0; i < 2; i++) {
            assertThrows(IOException.class, () -> new Stock(service.port()));
        }
        service.awaitErr("(no JMXMP until it is mended; the service runs on)");
        assertEquals(2, service.err().size(), service.err().toString());
        assertEquals(
                "jmxmp-agent: " + broken + ": no private key in PEM (decrypt an encrypted one: openssl pkcs8)"
                        + " (no JMXMP until it is mended; the service runs on)",
                service.err().get(1));
    }

    /** All that it takes is a name and a file; the name on the certificate is the host's. */
    @Test
    void ownClientWithPassword() throws Exception {
        start(certificates.pemSettings("server") + ",user=ops,password-file=" + password);
        String ca = certificates.authority();
        assertEquals("[42]", own("--ca", ca, "--user", "ops", "--password-file", password));
        assertEquals("3: wrong user or password", own("--ca", ca, "--password-file", password));
        String wrong = certificates.write("wrong", "wrong horse");
        assertEquals("3: wrong user or password", own("--ca", ca, "--user", "ops", "--password-file", wrong));
        assertEquals("3: the server wants a user and a password", own("--ca", ca));
        assertEquals(
                "1: the server's certificate isn't trusted: use --ca with the certificate of who signed it",
                own("--user", "ops", "--password-file", password));
    }

    @Test
    void ownClientComparesNames() throws Exception {
        start(certificates.pemSettings("elsewhere"));
        String ca = certificates.authority();
        String text = own("--ca", ca);
        assertTrue(text.startsWith("1: the server's certificate is for another name"), text);
        assertEquals("[42]", own("--ca", ca, "--server-name", "jmx.example.com"));
        text = own("--ca", ca, "--server-name", "example.com");
        assertTrue(text.startsWith("1: the server's certificate is for another name"), text);
    }

    @Test
    void ownClientAndExpiredCertificate() throws Exception {
        start(certificates.pemSettings("expired"));
        String text = own("--ca", certificates.authority());
        assertTrue(text.startsWith("1: the server's certificate isn't valid now"), text);
    }

    @Test
    void ownClientShowsACertificate() throws Exception {
        start(certificates.pemSettings("server") + ",tls-client-ca=" + certificates.authority());
        String ca = certificates.authority();
        String keystorePassword = certificates.write("keystore-password", Certificates.PASSWORD);
        assertEquals(
                "[42]",
                own("--ca", ca, "--cert", certificates.pem("client"), "--key", certificates.path("client.key")));
        assertEquals(
                "[42]",
                own(
                        "--ca",
                        ca,
                        "--keystore",
                        certificates.path("client.p12"),
                        "--keystore-password-file",
                        keystorePassword));
        assertTrue(own("--ca", ca).startsWith("1: "));
        assertTrue(own("--ca", ca, "--cert", strangers.pem("client"), "--key", strangers.path("client.key"))
                .startsWith("1: "));
    }

    @Test
    void ownClientSendsNoPasswordInClear() throws Exception {
        start("access=read-only");
        assertEquals(
                "3: the server has no TLS, which this client was told to use",
                own("--user", "ops", "--password-file", password));
        assertEquals("[42]", own());
    }

    /** What it prints, or its exit code and the line that says why. */
    private String own(String... options) throws Exception {
        List<String> words = new ArrayList<String>(Arrays.asList("get", "127.0.0.1:" + service.port(), ORDERS, "Open"));
        words.addAll(Arrays.asList(options));
        try (Child client = Child.client(home, words.toArray(new String[0]))) {
            int code = client.end();
            if (code == 0) {
                return client.out().toString();
            }
            assertEquals(1, client.err().size(), client.err().toString());
            String prefix = "jmxmp-agent: 127.0.0.1:" + service.port() + ": ";
            return code + ": " + client.err().get(0).replace(prefix, "");
        }
    }

    /** However many guess at once, and go away before they are answered. */
    @Test
    void guessesAreFew() throws Exception {
        start(certificates.pemSettings("server") + ",user=ops,password-file=" + password);
        AtomicInteger answered = new AtomicInteger();
        List<Thread> guessers = new ArrayList<Thread>();
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(3);
        for (int i = 0; i < 24; i++) {
            Thread guesser = new Thread(() -> guess(end, answered), "guesser");
            guesser.start();
            guessers.add(guesser);
        }
        for (Thread guesser : guessers) {
            guesser.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertTrue(answered.get() > 0 && answered.get() <= 5 * seconds + 2, answered + " in " + seconds + " s");
        assertEquals("[42]", own("--ca", certificates.authority(), "--user", "ops", "--password-file", password));
    }

    private void guess(long end, AtomicInteger answered) {
        while (System.nanoTime() < end) {
            try {
                Map<String, Object> env = stock("TLS SASL/PLAIN", null);
                env.put("jmx.remote.credentials", new String[] {"ops", "guess"});
                new Stock(service.port(), env).close();
            } catch (SecurityException e) {
                answered.incrementAndGet();
            } catch (Exception e) { // sent away for others
                continue;
            }
        }
    }

    /** A renewal of which only one half has arrived. */
    @Test
    void keyOfAnotherCertificate() throws Exception {
        String key = certificates.path("client.key");
        start("tls-cert=" + certificates.pem("expired") + ",tls-key=" + key);
        assertThrows(Exception.class, () -> new Stock(service.port(), stock("TLS", null)));
        service.awaitErr(key + ": not the key of the first certificate in " + certificates.pem("expired"));
    }

    /** In which java reads no variable of more than ASCII. */
    @Test
    void passwordInTheLocaleC() throws Exception {
        String secret = certificates.write("umlauts", "pässwörd");
        String script = "export LC_ALL=C SECRET=\"$(cat " + secret + ")\"; exec \"$@\"";
        service = Child.service(
                        Arrays.asList("sh", "-c", script, "sh"),
                        home,
                        "port=0," + certificates.pemSettings("server") + ",password-env=SECRET",
                        Collections.<String>emptyList(),
                        "0")
                .awaitReady();
        Map<String, Object> env = stock("TLS SASL/PLAIN", null);
        env.put("jmx.remote.credentials", new String[] {"jmx", "pässwörd"});
        assertOpen(env);
        env.put("jmx.remote.credentials", new String[] {"jmx", "püsswürd"});
        assertThrows(SecurityException.class, () -> new Stock(service.port(), env));
        env.put("jmx.remote.credentials", new String[] {"jmx", "p\ufffd\ufffdssw\ufffd\ufffdrd"});
        assertThrows(SecurityException.class, () -> new Stock(service.port(), env));
    }

    @Test
    void passwordThatCannotBeRead() throws Exception {
        String empty = certificates.write("empty", "\n");
        start(certificates.pemSettings("server") + ",password-file=" + empty);
        for (int i = 0; i < 2; i++) {
            assertThrows(Exception.class, () -> new Stock(service.port(), stock("TLS", null)));
        }
        service.awaitErr("(no JMXMP until it is mended; the service runs on)");
        assertEquals(2, service.err().size(), service.err().toString());
        assertEquals(
                "jmxmp-agent: " + empty + ": empty (no JMXMP until it is mended; the service runs on)",
                service.err().get(1));
    }

    /** What tools are told by system properties. */
    @Test
    void toolWithProperties() throws Exception {
        start(certificates.pemSettings("elsewhere") + ",password-file=" + password);
        String ca = "-Djmxmp.ca=" + certificates.authority();
        String name = "-Djmxmp.server-name=jmx.example.com";
        assertEquals("[42]", tool(Arrays.asList(ca, name), "jmx", "correct horse"));
        assertTrue(tool(Arrays.asList(ca), "jmx", "correct horse").contains("No subject alternative"));
        assertTrue(tool(Arrays.asList(ca, name), "jmx", "wrong horse").contains("wrong user or password"));
    }

    @Test
    void toolThatWantsTls() throws Exception {
        start("access=read-only");
        for (String property : new String[] {"ca=" + certificates.authority(), "server-name=x", "tls=true"}) {
            String text = tool(Arrays.asList("-Djmxmp." + property), null, null);
            assertTrue(text.contains("the server has no TLS"), text);
        }
    }

    private String tool(List<String> properties, String user, String secret) throws Exception {
        List<String> words = new ArrayList<String>(properties);
        words.addAll(Arrays.asList(
                "-cp",
                System.getProperty("agent.jar") + File.pathSeparator + System.getProperty("test.classes"),
                Tool.class.getName(),
                "login"));
        words.add("service:jmx:jmxmp://127.0.0.1:" + service.port());
        if (user != null) {
            words.addAll(Arrays.asList(user, secret));
        }
        try (Child tool = Child.java(home, words)) {
            return tool.end() == 0 ? tool.out().toString() : tool.err().toString();
        }
    }

    @Test
    void unreadableFile() throws Exception {
        try (Child child = Child.service(home, certificates.pemSettings("none"), Collections.<String>emptyList(), "0")
                .awaitReady()) {
            child.awaitErr("tls-cert " + certificates.pem("none") + ": not there, or not readable");
            assertEquals(0, child.end());
            assertEquals(1, child.err().size(), child.err().toString());
        }
    }

    private void start(String settings) throws IOException {
        service = Child.service(home, "port=0," + settings, Collections.<String>emptyList(), "0")
                .awaitReady();
    }

    private static Map<String, Object> stock(String profiles, String clientCertificate) throws Exception {
        Map<String, Object> env = new HashMap<String, Object>();
        env.put("jmx.remote.profiles", profiles);
        env.put("jmx.remote.tls.socket.factory", certificates.client(clientCertificate));
        return env;
    }

    private void assertOpen(Map<String, ?> env) throws Exception {
        try (Stock client = new Stock(service.port(), env)) {
            assertEquals(42, client.server().getAttribute(new ObjectName(ORDERS), "Open"));
        }
    }
}
