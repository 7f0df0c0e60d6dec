package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectStreamConstants;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.management.MBeanServerConnection;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.Query;
import javax.management.QueryExp;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.Peer;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that go too far by what they may do, and servers that mean harm to our client. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#few")
class HostileIT extends UnderAttack {
    HostileIT(String home) {
        super(home);
    }

    @Test
    void goneWithoutFarewell() throws Exception {
        new Peer(service.port()).establish().close();
    }

    @Test
    void idleClientsMakeRoomAndTheBusyStay() throws Exception {
        List<Peer> clients = new ArrayList<Peer>();
        try (Stock busy = new Stock(service.port())) {
            for (int i = 0; i < 40; i++) {
                clients.add(new Peer(service.port()).establish());
                assertTrue(busy.server().getMBeanCount() > 0);
            }
            clients.get(0).awaitClose(); // closed by the service
        } finally {
            for (Peer client : clients) {
                client.close();
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
        List<Peer> stalled = new ArrayList<Peer>();
        try {
            for (int i = 0; i < 32; i++) {
                Peer peer = new Peer(service.port()).establish();
                peer.socket().getOutputStream().write(arrays);
                stalled.add(peer);
            }
            for (Peer peer : stalled) {
                peer.awaitClose(); // closed by the service at once, without a memory of 64 MB being exhausted
            }
        } finally {
            for (Peer peer : stalled) {
                peer.close();
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
                byte[] array = Peer.stream(new Object[0]); // header, tag, class, length
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
                clientAgainst(Peer.stream(attack)));
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

    /** Until the client closes; a reset is as good. */
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
}
