package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimedInputTest {
    private Socket peer;
    private Socket socket;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            peer = new Socket(server.getInetAddress(), server.getLocalPort());
            socket = server.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        socket.close();
    }

    @Test
    void silentPeerIsLeft() throws IOException {
        TimedInput in = new TimedInput(socket, socket.getInputStream(), 50);
        assertThrows(SocketTimeoutException.class, in::read);
    }

    /** A byte now and then would reset a socket's own time-out each time. */
    @Test
    void slowPeerIsLeft() throws IOException {
        InputStream bytes = new InputStream() {
            @Override
            public int read() {
                return 1;
            }
        };
        TimedInput in = new TimedInput(socket, bytes, 50);
        assertThrows(SocketTimeoutException.class, () -> {
            while (in.read() == 1) {
                Thread.yield();
            }
        });
    }

    @Test
    void verbosePeerIsLeft() throws IOException {
        TimedInput in = new TimedInput(socket, new ByteArrayInputStream(new byte[100000]), 60000);
        assertThrows(SocketTimeoutException.class, () -> {
            while (in.read(new byte[1024], 0, 1024) > 0) {
                continue;
            }
        });
    }

    /** A message once begun must end, but the next may be awaited for ever. */
    @Test
    void slowMessageIsLeft() throws IOException {
        TimedInput in = new TimedInput(socket, new ByteArrayInputStream(new byte[10]), 60000);
        in.handshakeOver();
        in.messageBegun(0);
        assertThrows(SocketTimeoutException.class, in::read);
        in.messageOver();
        assertEquals(0, in.read());
    }

    @Test
    void afterwardsThereIsNoLimit() throws IOException {
        TimedInput in = new TimedInput(socket, new ByteArrayInputStream(new byte[100000]), 60000);
        assertEquals(0, in.read());
        in.handshakeOver();
        assertEquals(0, socket.getSoTimeout());
        assertEquals(99999, in.read(new byte[100000], 0, 100000));
    }
}
