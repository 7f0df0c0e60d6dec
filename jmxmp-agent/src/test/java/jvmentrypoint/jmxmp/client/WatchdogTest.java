package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    @Test
    void countsAnewAfterARest() throws Exception {
        CountDownLatch barked = new CountDownLatch(1);
        long begin = System.nanoTime();
        Watchdog watchdog = Watchdog.start(1000, barked::countDown);
        watchdog.rest();
        assertFalse(barked.await(1500, TimeUnit.MILLISECONDS));
        watchdog.restart();
        assertTrue(barked.await(20, TimeUnit.SECONDS));
        assertTrue(System.nanoTime() - begin >= TimeUnit.MILLISECONDS.toNanos(2500));
        assertEquals(0, barked.getCount());
    }
}
