package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    @Test
    void barksWhenTheTimeIsUp() throws Exception {
        CountDownLatch barked = new CountDownLatch(1);
        Watchdog.start(10, barked::countDown);
        assertTrue(barked.await(20, TimeUnit.SECONDS));
    }
}
