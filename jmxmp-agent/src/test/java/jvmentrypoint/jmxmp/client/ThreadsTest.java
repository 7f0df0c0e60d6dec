package jvmentrypoint.jmxmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** The text of this JVM's own threads. */
class ThreadsTest {
    private final Object monitor = new Object();
    private final ReentrantLock lock = new ReentrantLock();

    @Test
    void blockedThreadAndItsOwner() throws Exception {
        synchronized (monitor) {
            Thread thread = start(() -> {
                synchronized (monitor) {
                    lock.isLocked();
                }
            });
            String text = await(thread, Thread.State.BLOCKED);
            assertTrue(text.startsWith("\"test\" #" + thread.getId() + " daemon prio=5 cpu=7ms\n"), text);
            assertTrue(text.contains("\n   java.lang.Thread.State: BLOCKED (on object monitor)\n\tat "), text);
            String owner = "> (a java.lang.Object) owned by \""
                    + Thread.currentThread().getName() + "\" #"
                    + Thread.currentThread().getId() + "\n";
            String hash = Integer.toHexString(System.identityHashCode(monitor));
            assertTrue(text.contains("\n\t- waiting to lock <0x" + hash + owner), text);
            String own = row(Thread.currentThread()).text(-1);
            String frame = "\n\tat jvmentrypoint\\.jmxmp\\.client\\.ThreadsTest\\.blockedThreadAndItsOwner\\([^\n]*\n";
            assertTrue(own.matches("(?s).*" + frame + "\t- locked <0x" + hash + "> \\(a java.lang.Object\\)\n.*"), own);
            assertEquals(own.indexOf("<0x" + hash), own.lastIndexOf("<0x" + hash), own);
        }
    }

    @Test
    void waitingThreads() throws Exception {
        String parked = await(start(() -> LockSupport.park(monitor)), Thread.State.WAITING);
        assertTrue(parked.contains("State: WAITING (parking)\n\tat jdk.internal.misc.Unsafe.park(java.base@"), parked);
        assertTrue(parked.contains("/Native Method)\n\t- parking to wait for <0x"), parked);
        assertTrue(parked.contains("\n\tat jvmentrypoint.jmxmp.client.ThreadsTest."), parked);

        String asleep = await(start(() -> Thread.sleep(100000)), Thread.State.TIMED_WAITING);
        assertTrue(asleep.contains("State: TIMED_WAITING (sleeping)\n"), asleep);

        String waiting = await(
                start(() -> {
                    synchronized (monitor) {
                        monitor.wait();
                    }
                }),
                Thread.State.WAITING);
        assertTrue(waiting.contains("State: WAITING (on object monitor)\n"), waiting);
        assertTrue(waiting.contains("\n\t- waiting on <0x"), waiting);
    }

    @Test
    void ownableSynchronizers() throws Exception {
        Thread thread = start(() -> {
            lock.lock();
            LockSupport.park();
        });
        String text = await(thread, Thread.State.WAITING);
        String held = "\n   Locked ownable synchronizers:\n\t- <0x";
        assertTrue(
                text.contains(held) && text.endsWith("> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)\n"),
                text);
        String json = Json.of(row(thread).map(5));
        assertTrue(json.startsWith("{\"id\":" + thread.getId() + ",\"name\":\"test\",\"state\":\"WAITING\","), json);
        assertTrue(json.contains("\"synchronizers\":[\"java.util.concurrent.locks.ReentrantLock$NonfairSync@"), json);
    }

    @Test
    void noDeadlockIsNoText() throws Exception {
        Deadlocks none = new Deadlocks(threading().dump(), new long[0]);
        assertEquals("", none.text());
        assertEquals("[]", Json.of(none.ids()));
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static Thread start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "test");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static String await(Thread thread, Thread.State state) throws Exception {
        long deadline = System.nanoTime() + 60000000000L;
        while (thread.getState() != state) {
            assertTrue(System.nanoTime() < deadline, "still " + thread.getState());
            Thread.sleep(5);
        }
        return row(thread).text(7999999);
    }

    private static ThreadRow row(Thread thread) throws Exception {
        ThreadRow found = null;
        for (ThreadRow row : threading().dump()) {
            found = row.id == thread.getId() ? row : found;
        }
        assertNotNull(found);
        return found;
    }

    private static Threading threading() throws Exception {
        return new Threading(ManagementFactory.getPlatformMBeanServer());
    }
}
