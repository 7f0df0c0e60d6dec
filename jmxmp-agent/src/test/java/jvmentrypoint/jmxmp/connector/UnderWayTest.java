package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import org.junit.jupiter.api.Test;

class UnderWayTest {
    private static final long PATIENCE_SECONDS = 20;

    private final UnderWay underWay = new UnderWay();

    @Test
    void theNinthRequestWaitsForAnAnswer() throws Exception {
        for (int i = 0; i < 8; i++) {
            read();
        }
        Thread ninth = new Thread(() -> {
            try {
                read();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        ninth.setDaemon(true);
        ninth.start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (ninth.getState() != Thread.State.WAITING) {
            assertTrue(ninth.isAlive() && System.nanoTime() < deadline, "doesn't wait");
            Thread.yield();
        }
        underWay.write(new MBeanServerResponseMessage(1, null, false));
        ninth.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertFalse(ninth.isAlive(), "still waits");
    }

    private void read() throws IOException {
        underWay.read(new MBeanServerRequestMessage(MBeanServerRequestMessage.GET_MBEAN_COUNT, new Object[0], null));
    }
}
