package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jmx.remote.opt.util.ThreadService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnsTest {
    private static final long NEVER = TimeUnit.HOURS.toNanos(1);
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<ThreadService> clients = new ArrayList<ThreadService>();
    /** What happened, in order. */
    private final BlockingQueue<String> events = new LinkedBlockingQueue<String>();

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void leave() {
        release.countDown();
        for (ThreadService client : clients) {
            client.terminate();
        }
    }

    @Test
    void twoAtOnceAndOneOfAClient() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        AtomicInteger all = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            ThreadService client = client();
            AtomicInteger own = new AtomicInteger();
            for (int job = 0; job < 4; job++) {
                client.handoff(() -> {
                    turns.begin();
                    turns.begin(); // a request's second question
                    most.accumulateAndGet(all.incrementAndGet(), Math::max);
                    String event = own.incrementAndGet() == 1 ? "alone" : "beside another of the same client";
                    sleep();
                    own.decrementAndGet();
                    all.decrementAndGet();
                    events.add(event);
                    turns.end();
                });
            }
        }
        assertEquals(Collections.nCopies(32, "alone"), take(32));
        assertEquals(2, most.get());
    }

    @Test
    void whoHadOneComesLast() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        client().handoff(() -> {
            turns.begin();
            events.add("one");
            until(new CountDownLatch(1)); // to the end of the test
        });
        client().handoff(() -> {
            turns.begin();
            events.add("other");
            until(release);
            turns.end();
        });
        take(2);
        ThreadService many = client();
        for (int job = 0; job < 3; job++) {
            many.handoff(() -> told(turns, "many"));
        }
        awaitWaiting(3);
        client().handoff(() -> told(turns, "single"));
        awaitWaiting(4);
        release.countDown();
        assertEquals(Arrays.asList("many", "single", "many", "many"), take(4));
    }

    @Test
    void whoDoesNotReadHasToWait() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        ThreadService deaf = client();
        deaf.handoff(() -> {
            turns.begin();
            turns.writing(10, () -> events.add("closed"));
            events.add("writing");
            until(release);
            turns.end();
        });
        take(1);
        deaf.handoff(() -> told(turns, "deaf"));
        awaitWaiting(1);
        client().handoff(() -> told(turns, "other"));
        assertEquals(Arrays.asList("other"), take(1));
        release.countDown();
        assertEquals(Arrays.asList("deaf"), take(1));
    }

    /** As notifications are, which are fetched without a turn. */
    @Test
    void whoDoesNotReadMakesRoom() throws Exception {
        Turns turns = new Turns(1000, SOON);
        for (int i = 0; i < 3; i++) {
            CountDownLatch closed = new CountDownLatch(1);
            client().handoff(() -> {
                turns.writing(600, closed::countDown);
                events.add("writing");
                until(closed);
                events.add("closed");
                turns.end();
            });
        }
        assertEquals(Collections.nCopies(3, "writing"), take(3));
        client().handoff(() -> told(turns, "other"));
        assertEquals(Arrays.asList("closed", "closed", "other"), take(3));
    }

    @Test
    void longOnesLetOthersPass() throws Exception {
        Turns turns = new Turns(1000, SOON);
        ThreadService slow = client();
        for (int i = 0; i < 3; i++) {
            slow.handoff(() -> {
                turns.begin();
                events.add("slow");
                until(release);
                turns.end();
            });
        }
        assertEquals(Arrays.asList("slow", "slow", "slow"), take(3));
        client().handoff(() -> told(turns, "other"));
        assertEquals(Arrays.asList("other"), take(1));
    }

    @Test
    void whoeverWaitsEndsWithItsConnection() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        ThreadService client = client();
        for (int i = 0; i < 2; i++) {
            client.handoff(() -> {
                try {
                    turns.begin();
                    events.add("turn");
                    until(new CountDownLatch(1)); // keeps it, and its thread takes no other job
                } catch (IllegalStateException e) {
                    events.add("sent away");
                }
            });
        }
        assertEquals(Arrays.asList("turn"), take(1));
        awaitWaiting(1);
        client.terminate();
        assertEquals(Arrays.asList("sent away"), take(1));
    }

    /** Other threads, such as a notification buffer's. */
    @Test
    void nobodysJobNeedsNoTurn() {
        Turns turns = new Turns(-1, NEVER); // not even the first has room
        turns.begin();
        turns.writing(1, () -> events.add("closed"));
        turns.end();
        assertTrue(events.isEmpty());
    }

    private ThreadService client() {
        ThreadService client = new ThreadService(1, 4);
        clients.add(client);
        return client;
    }

    private void told(Turns turns, String event) {
        turns.begin();
        events.add(event);
        turns.end();
    }

    private List<String> take(int count) throws InterruptedException {
        List<String> taken = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            taken.add(events.take());
        }
        return taken;
    }

    /** For their turn, which they look for now and then; nothing else that these tests start waits with a time-out. */
    private static void awaitWaiting(int count) throws InterruptedException {
        while (Thread.getAllStackTraces().entrySet().stream()
                        .filter(each -> each.getKey().getState() == Thread.State.TIMED_WAITING
                                && Arrays.stream(each.getValue())
                                        .anyMatch(frame -> frame.getClassName().equals(Turns.class.getName())))
                        .count()
                != count) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static void until(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            return; // the test is over
        }
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            return;
        }
    }
}
