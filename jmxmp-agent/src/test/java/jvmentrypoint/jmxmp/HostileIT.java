package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamConstants;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.management.Attribute;
import javax.management.MBeanServerConnection;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.Query;
import javax.management.QueryExp;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.MBeanServerRequestMessage;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.SideEffect;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that mean harm or know no better: nothing of theirs runs, nothing is said, and the next client is served. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#homes")
class HostileIT {
    private static final int PATIENCE_MILLIS = 30000;

    private final String home;
    private Child service;
    private SideEffect attack;
    private File trace;

    @TempDir
    Path folder;

    HostileIT(String home) {
        this.home = home;
    }

    @BeforeEach
    void start() throws Exception {
        trace = folder.resolve("executed").toFile();
        attack = new SideEffect(trace.getPath());
        service = Child.service(home, "port=0", Collections.<String>emptyList(), "0")
                .awaitReady();
    }

    @AfterEach
    void nothingRanAndTheNextIsServed() throws Exception {
        try (Child ending = service) {
            try (Stock client = new Stock(ending.port())) {
                assertEquals(42, client.server().getAttribute(new ObjectName("shop:type=Orders"), "Open"));
            }
            assertEquals(0, ending.end());
            assertFalse(trace.exists(), "the attacker's readObject ran");
            assertEquals(1, ending.err().size(), "only where it listens: " + ending.err());
        }
    }

    /** Without this the other tests would prove nothing. */
    @Test
    void theAttackWorksWhereNothingIsFiltered() throws Exception {
        new ObjectInputStream(new ByteArrayInputStream(bytes(attack))).readObject();
        assertTrue(trace.delete());
    }

    @Test
    void asTheVeryFirstMessage() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes(attack));
            drain(socket);
        }
    }

    @Test
    void asTheHandshakesContext() {
        assertThrows(
                IOException.class,
                () -> new Stock(service.port(), Collections.singletonMap("jmx.remote.context", attack)));
    }

    @Test
    void asAMessagesParameter() throws Exception {
        try (Socket socket = connect()) {
            ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
            out.writeObject(new HandshakeEndMessage(null, null));
            out.reset();
            Object[] parameters = {attack, "Open"};
            out.writeObject(new MBeanServerRequestMessage(MBeanServerRequestMessage.GET_ATTRIBUTE, parameters, null));
            out.flush();
            drain(socket);
        }
    }

    @Test
    void insideAWrappedParameter() throws Exception {
        try (Stock stock = new Stock(service.port())) {
            MBeanServerConnection server = stock.server();
            ObjectName threading = new ObjectName("java.lang:type=Threading");
            String[] signature = {"java.lang.Object"};
            assertThrows(IOException.class, () -> server.queryNames(null, attack));
            assertThrows(
                    IOException.class,
                    () -> server.invoke(threading, "getThreadInfo", new Object[] {attack}, signature));
            assertThrows(IOException.class, () -> server.setAttribute(threading, new Attribute("x", attack)));
            assertTrue(server.getMBeanCount() > 0, "the same connection goes on");
        }
    }

    @Test
    void portProbesAndGarbage() throws Exception {
        for (int i = 0; i < 20; i++) {
            connect().close();
        }
        for (String garbage : new String[] {"GET / HTTP/1.0\r\n\r\n", "\u0016\u0003\u0001", "\u0000"}) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                drain(socket);
            }
        }
        try (Socket socket = connect()) {
            byte[] message = bytes(new HandshakeEndMessage(null, null));
            socket.getOutputStream().write(message, 0, message.length / 2);
            socket.shutdownOutput();
            drain(socket);
        }
    }

    @Test
    void goneWithoutFarewell() throws Exception {
        establish().close();
    }

    @Test
    void idleConnectionsDontKeepOthersOut() throws Exception {
        List<Socket> idle = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 200; i++) {
                idle.add(connect());
            }
            try (Stock client = new Stock(service.port())) {
                assertTrue(client.server().getMBeanCount() > 0);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void idleClientsMakeRoomAndTheBusyStay() throws Exception {
        List<Socket> clients = new ArrayList<Socket>();
        try (Stock busy = new Stock(service.port())) {
            for (int i = 0; i < 40; i++) {
                clients.add(establish());
                assertTrue(busy.server().getMBeanCount() > 0);
            }
            drain(clients.get(0)); // closed by the service
        } finally {
            for (Socket socket : clients) {
                socket.close();
            }
        }
    }

    /** Each of the first three killed the service, or kept a processor busy for ever. */
    @Test
    void smallRequestsForHugeAnswers() throws Exception {
        try (Stock stock = new Stock(service.port())) {
            MBeanServerConnection server = stock.server();
            QueryExp query = Query.anySubString(Query.classattr(), Query.value(""));
            for (int i = 0; i < 40; i++) {
                query = Query.and(query, query);
            }
            QueryExp shared = query;
            assertThrows(SecurityException.class, () -> server.queryNames(null, shared));
            String[] names = new String[400];
            Arrays.fill(names, "SystemProperties");
            assertEquals(
                    1,
                    server.getAttributes(new ObjectName("java.lang:type=Runtime"), names)
                            .size());
            ObjectName threading = new ObjectName("java.lang:type=Threading");
            Object[] parameters = {new long[] {1, 1}, 5};
            String[] signature = {"[J", "int"};
            assertThrows(
                    SecurityException.class, () -> server.invoke(threading, "getThreadInfo", parameters, signature));
            NotificationListener listener = (notification, handback) -> {};
            ObjectName delegate = new ObjectName("JMImplementation:type=MBeanServerDelegate");
            for (int i = 0; i < 99; i++) { // the stock client has one of its own
                server.addNotificationListener(delegate, listener, null, i);
            }
            assertThrows(SecurityException.class, () -> server.addNotificationListener(delegate, listener, null, null));
            server.removeNotificationListener(delegate, listener);
            server.addNotificationListener(delegate, listener, null, null);
        }
    }

    @Test
    void stalledMessagesPinLittle() throws Exception {
        byte[] arrays = nestedArrays();
        List<Socket> stalled = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 32; i++) {
                Socket socket = establish();
                socket.getOutputStream().write(arrays);
                stalled.add(socket);
            }
            for (Socket socket : stalled) {
                drain(socket); // closed by the service at once, without a memory of 64 MB being exhausted
            }
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    /** 49 arrays of 100,000 elements, each the first element of the one before, in 520 bytes. */
    private static byte[] nestedArrays() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int i = 0; i < 49; i++) {
            out.writeByte(ObjectStreamConstants.TC_ARRAY);
            if (i == 0) {
                byte[] array = bytes(new Object[0]); // header, tag, class, length
                out.write(array, 5, array.length - 5 - 4);
            } else {
                out.writeByte(ObjectStreamConstants.TC_REFERENCE);
                out.writeInt(ObjectStreamConstants.baseWireHandle);
            }
            out.writeInt(100000);
        }
        return bytes.toByteArray();
    }

    @Test
    void clientMeetsAHostileServer() throws Exception {
        assertEquals(
                "a value that this client doesn't know: jvmentrypoint.jmxmp.fixture.SideEffect; not allowed in a JMXMP RESPONSE",
                clientAgainst(bytes(attack)));
        assertEquals(
                "no JMXMP server: not JMXMP", clientAgainst("HTTP/1.0 400 ".getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals("the server closed the connection", clientAgainst(new byte[0]));
    }

    private String clientAgainst(byte[] answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Child client = Child.client(home, "names", "127.0.0.1:" + server.getLocalPort())) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(answer);
                socket.shutdownOutput();
                drain(socket);
            }
            assertEquals(1, client.end());
            assertEquals(1, client.err().size(), client.err().toString());
            String prefix = "jmxmp-agent: 127.0.0.1:" + server.getLocalPort() + ": ";
            return client.err().get(0).replace(prefix, "");
        }
    }

    /** A client that has shaken hands and then says nothing. */
    private Socket establish() throws IOException, ClassNotFoundException {
        Socket socket = connect();
        ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
        out.writeObject(new HandshakeEndMessage(null, null));
        out.flush();
        ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
        in.readObject();
        in.readObject();
        return socket;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), service.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** Reads until the peer closes, which it must; a reset is as good. */
    private static void drain(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1024];
        try {
            while (in.read(buffer) >= 0) {
                continue;
            }
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset"), e.toString());
        }
    }

    private static byte[] bytes(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }
}
