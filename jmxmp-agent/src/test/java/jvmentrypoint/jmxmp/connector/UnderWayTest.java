package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import org.junit.jupiter.api.Test;

class UnderWayTest {
    private static final long PATIENCE_SECONDS = 20;

    private final Socket socket = new Socket();
    private final UnderWay underWay = new UnderWay(socket);

    @Test
    void theNinthRequestWaitsForAnAnswer() throws Exception {
        Thread ninth = ninth();
        underWay.write(new MBeanServerResponseMessage(1, null, false));
        ended(ninth);
    }

    /** Its thread would stay as long as the client's requests have no answer. */
    @Test
    void nobodyWaitsOnceTheSocketIsClosed() throws Exception {
        Thread ninth = ninth();
        socket.close();
        ended(ninth);
    }

    private static void ended(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertFalse(thread.isAlive(), "still waits");
    }

    private Thread ninth() throws IOException {
        for (int i = 0; i < 8; i++) {
            read();
        }
        Thread ninth = new Thread(() -> {
            try {
                read();
            } catch (IOException e) {
                return; // closed
            }
        });
        ninth.setDaemon(true);
        ninth.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (ninth.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(ninth.isAlive() && System.nanoTime() < deadline, "doesn't wait");
            Thread.yield();
        }
        return ninth;
    }

    private void read() throws IOException {
        underWay.read(new MBeanServerRequestMessage(MBeanServerRequestMessage.GET_MBEAN_COUNT, new Object[0], null));
    }
}
