package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.management.ObjectName;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FilteredConnectionTest {
    private static final int PATIENCE_MILLIS = 30000;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private Socket peer;
    private FilteredConnection connection;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            peer = new Socket(server.getInetAddress(), server.getLocalPort());
            connection = new FilteredConnection(
                    server.accept(), AllowList.REQUEST, Bounds.REQUEST, PATIENCE_MILLIS, 100, new Outgoing.Unwatched());
        }
        connection.connect(null);
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        peer.close();
    }

    /** Its first bytes come with the last message, and nothing more after them. */
    @Test
    void begunMessageMustEnd() throws Exception {
        ObjectOutputStream out = new ObjectOutputStream(sent);
        out.writeObject(new HandshakeEndMessage(null, null));
        out.reset();
        out.flush();
        int handshake = sent.size();
        out.writeObject(names(1));
        out.flush();
        byte[] bytes = sent.toByteArray();
        peer.getOutputStream().write(bytes, 0, handshake + 10);
        assertEquals(HandshakeEndMessage.class, connection.readMessage().getClass());
        // By the socket's own time-out or by who closes it, whichever is first; the peer does nothing.
        assertThrows(IOException.class, connection::readMessage);
    }

    @Test
    void handshakesAreSmall() throws Exception {
        ObjectOutputStream out = new ObjectOutputStream(peer.getOutputStream());
        out.writeObject(names(17));
        assertThrows(InvalidObjectException.class, connection::readMessage);
    }

    @Test
    void laterMessagesMayBeLarger() throws Exception {
        ObjectOutputStream out = new ObjectOutputStream(peer.getOutputStream());
        for (Message message : new Message[] {new HandshakeEndMessage(null, null), names(17), names(500)}) {
            out.writeObject(message);
            out.reset();
            assertEquals(message.getClass(), connection.readMessage().getClass());
        }
        out.writeObject(names(501));
        assertThrows(InvalidObjectException.class, connection::readMessage);
    }

    /** One with thousands of keys takes megabytes to parse. */
    @Test
    void namesAreShort() throws Exception {
        ObjectOutputStream out = new ObjectOutputStream(peer.getOutputStream());
        out.writeObject(isRegistered(4096));
        assertEquals(MBeanServerRequestMessage.class, connection.readMessage().getClass());
        out.reset();
        out.writeObject(isRegistered(4097));
        assertThrows(InvalidObjectException.class, connection::readMessage);
    }

    private static Message isRegistered(int letters) throws Exception {
        StringBuilder name = new StringBuilder("shop:");
        for (int key = 0; name.length() < letters - 100; key++) {
            name.append(key).append("=,");
        }
        name.append("z=");
        while (name.length() < letters) {
            name.append('z');
        }
        Object[] parameters = {new ObjectName(name.toString())};
        return new MBeanServerRequestMessage(MBeanServerRequestMessage.IS_REGISTERED, parameters, null);
    }

    private static Message names(int count) {
        Object[] parameters = {null, new String[count]};
        return new MBeanServerRequestMessage(MBeanServerRequestMessage.GET_ATTRIBUTES, parameters, null);
    }
}
