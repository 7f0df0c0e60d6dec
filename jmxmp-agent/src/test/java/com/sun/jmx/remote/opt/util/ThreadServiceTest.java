package com.sun.jmx.remote.opt.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadServiceTest {
    private final ThreadService service = new ThreadService(1, 3);
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void noThreadStays() throws Exception {
        service.terminate();
        await(0);
    }

    @Test
    void jobsAreDoneByFewThreads() throws Exception {
        for (int i = 0; i < 100; i++) {
            service.handoff(done::incrementAndGet);
        }
        awaitDone(100);
        await(0); // nothing to do for a second
        service.handoff(done::incrementAndGet);
        awaitDone(101);
    }

    /** Three under way, one queued: the fifth waits, and with it whoever reads requests. */
    @Test
    void nobodyQueuesMany() throws Exception {
        Thread reader = reader(5);
        await(reader, Thread.State.WAITING);
        stuck.countDown();
        reader.join();
        awaitDone(5);
    }

    @Test
    void terminatingEndsJobsAndWhoeverWaits() throws Exception {
        Thread reader = reader(5);
        await(reader, Thread.State.WAITING);
        service.terminate();
        reader.join();
        assertThrows(IllegalStateException.class, () -> service.handoff(done::incrementAndGet));
    }

    @Test
    void errorsReachNobody() throws Exception {
        AtomicInteger uncaught = new AtomicInteger();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.incrementAndGet());
        try {
            service.handoff(() -> {
                throw new StackOverflowError("test");
            });
            service.handoff(done::incrementAndGet);
            awaitDone(1);
            await(0);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(0, uncaught.get());
    }

    private Thread reader(int jobs) {
        Thread reader = new Thread(() -> {
            try {
                for (int i = 0; i < jobs; i++) {
                    service.handoff(this::waitUntilFree);
                }
            } catch (IllegalStateException e) {
                return; // terminated
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    private void waitUntilFree() {
        try {
            stuck.await();
            done.incrementAndGet();
        } catch (InterruptedException e) {
            return; // terminated
        }
    }

    private static void await(Thread thread, Thread.State state) throws InterruptedException {
        while (thread.getState() != state) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void awaitDone(int count) throws InterruptedException {
        while (done.get() < count) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertEquals(count, done.get());
    }

    /** Of the service's threads. */
    private static void await(int count) throws InterruptedException {
        while (Thread.getAllStackTraces().keySet().stream()
                        .filter(each -> each.getName().equals("jmxmp-worker"))
                        .count()
                != count) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
