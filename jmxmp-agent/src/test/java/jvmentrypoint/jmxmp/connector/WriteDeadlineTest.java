package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriteDeadlineTest {
    private final WriteDeadline deadline = new WriteDeadline(200, 10);

    @Test
    void whoNeverReadsIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Socket silent = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket ours = server.accept()) {
            assertThrows(IOException.class, () -> {
                while (silent.isConnected()) { // for ever: the peer's buffers fill
                    deadline.begin(ours, 1);
                    ours.getOutputStream().write(new byte[1 << 20]);
                    deadline.end(ours);
                }
            });
        }
    }

    @Test
    void whoReadsInTimeStays() throws Exception {
        try (Socket ended = new Socket();
                Socket late = new Socket();
                Socket large = new Socket()) {
            deadline.begin(ended, 1);
            deadline.end(ended);
            deadline.begin(large, 64 * 60000);
            deadline.begin(late, 1);
            while (!late.isClosed()) {
                Thread.sleep(1);
            }
            assertFalse(ended.isClosed());
            assertFalse(large.isClosed());
        }
    }
}
