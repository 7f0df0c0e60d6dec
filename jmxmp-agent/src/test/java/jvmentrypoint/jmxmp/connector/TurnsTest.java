package jvmentrypoint.jmxmp.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jmx.remote.opt.util.ThreadService;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TurnsTest {
    private static final long NEVER = TimeUnit.HOURS.toNanos(1);
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(20);

    private final List<Client> clients = new ArrayList<Client>();
    /** What happened, in order. */
    private final BlockingQueue<String> events = new LinkedBlockingQueue<String>();

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void leave() throws Exception {
        release.countDown();
        for (Client client : clients) {
            client.service.terminate();
            client.socket.close();
        }
    }

    @Test
    void twoAtOnceAndOneOfAClient() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        AtomicInteger all = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            Client client = new Client();
            AtomicInteger own = new AtomicInteger();
            for (int job = 0; job < 4; job++) {
                client.does(() -> {
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
        occupy(turns, new Client());
        new Client().does(() -> {
            turns.begin();
            events.add("other");
            until(release);
            turns.end();
        });
        take(2);
        Client many = new Client();
        for (int job = 0; job < 3; job++) {
            many.does(() -> inTurn(turns, "many"));
        }
        awaitWaiting(3);
        new Client().does(() -> inTurn(turns, "single"));
        awaitWaiting(4);
        release.countDown();
        assertEquals(Arrays.asList("many", "single", "many", "many"), take(4));
    }

    @Test
    void whoDoesNotReadHasToWait() throws Exception {
        Turns turns = new Turns(1000, SOON);
        Client deaf = new Client();
        write(turns, deaf, 10);
        assertEquals(Arrays.asList("writing"), take(1));
        deaf.does(() -> inTurn(turns, "deaf"));
        awaitWaiting(1);
        new Client().does(() -> inTurn(turns, "other"));
        assertEquals(Arrays.asList("other"), take(1));
        assertFalse(deaf.socket.isClosed());
        release.countDown();
        assertEquals(Arrays.asList("deaf"), take(1));
    }

    /** As notifications are, which are fetched without a turn. */
    @Test
    void whoDoesNotReadMakesRoom() throws Exception {
        Turns turns = new Turns(1000, SOON);
        List<Client> deaf = writers(turns, 3, 600);
        new Client().does(() -> inTurn(turns, "other"));
        assertEquals(Arrays.asList("other"), take(1));
        assertEquals(1, deaf.stream().filter(each -> each.socket.isClosed()).count());
    }

    @Test
    void whoReadsFromJustNowIsWaitedFor() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        List<Client> reading = writers(turns, 3, 600);
        new Client().does(() -> inTurn(turns, "other"));
        awaitWaiting(1);
        release.countDown();
        assertEquals(Arrays.asList("other"), take(1));
        assertTrue(reading.stream().noneMatch(each -> each.socket.isClosed()));
    }

    @Test
    void oneLargeAnswerIsNoHarm() throws Exception {
        Turns turns = new Turns(1000, SOON);
        List<Client> slow = writers(turns, 1, 1000000);
        sleep(SOON * 2);
        new Client().does(() -> inTurn(turns, "other"));
        assertEquals(Arrays.asList("other"), take(1));
        assertFalse(slow.get(0).socket.isClosed());
    }

    @Test
    void longOnesLetOthersPass() throws Exception {
        Turns turns = new Turns(1000, SOON);
        Client slow = new Client();
        for (int i = 0; i < 3; i++) {
            slow.does(() -> {
                turns.begin();
                events.add("slow");
                until(release);
                turns.end();
            });
        }
        assertEquals(Arrays.asList("slow", "slow", "slow"), take(3));
        new Client().does(() -> inTurn(turns, "other"));
        assertEquals(Arrays.asList("other"), take(1));
    }

    @Test
    void whoeverWaitsEndsWithItsConnection() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        Client closed = new Client();
        Client terminated = new Client();
        for (Client client : Arrays.asList(closed, terminated)) {
            client.does(() -> {
                turns.begin(); // and doesn't end it: the other must not get the turn instead of the end
                events.add("turn");
                until(new CountDownLatch(1));
            });
            take(1);
            client.does(() -> events.add(
                    assertThrows(IllegalStateException.class, turns::begin).getMessage()));
        }
        awaitWaiting(2);
        closed.socket.close();
        assertEquals(Arrays.asList("the connection is closed"), take(1));
        terminated.service.terminate();
        assertEquals(Arrays.asList("the connection is closed"), take(1));
    }

    /** However that ends. A turn that was left behind would be another thread's, and in the client's way for good. */
    @Test
    void aJobsEndIsItsTurnsEnd() throws Exception {
        Client client = new Client();
        client.does(() -> {
            Turns.ALL.answered(1);
            events.add("job");
            throw new StackOverflowError("test");
        });
        take(1);
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals("jmxmp-worker"))) {
            sleep();
        }
        client.does(() -> {
            Turns.ALL.begin();
            events.add("next");
        });
        assertEquals(Arrays.asList("next"), take(1));
    }

    /** OpenDMK's own, a notification buffer's. */
    @Test
    void nobodysJobNeedsNoTurn() throws Exception {
        Turns turns = new Turns(-1, NEVER); // not even the first has room
        inTurn(turns, "a thread");
        ThreadService own = new ThreadService(1, 4);
        own.handoff(() -> inTurn(turns, "no client's"));
        assertEquals(Arrays.asList("a thread", "no client's"), take(2));
        own.terminate();
    }

    @Test
    void whatMBeansAreAskedWaits() throws Exception {
        Turns turns = new Turns(1000, NEVER);
        MBeanServer server = turns.over(ManagementFactory.getPlatformMBeanServer());
        ObjectName nobody = new ObjectName("shop:type=Nobody");
        assertThrows(InstanceNotFoundException.class, () -> server.getAttribute(nobody, "Open"));
        occupy(turns, new Client());
        occupy(turns, new Client());
        take(2);
        Client waits = new Client();
        waits.does(() -> events.add(server.getDefaultDomain()));
        awaitWaiting(1);
        clients.get(0).service.terminate(); // its job keeps the turn no longer
        assertEquals(Arrays.asList("DefaultDomain"), take(1));
    }

    private List<Client> writers(Turns turns, int count, int bytes) throws Exception {
        List<Client> writers = new ArrayList<Client>();
        for (int i = 0; i < count; i++) {
            writers.add(new Client());
            write(turns, writers.get(i), bytes);
        }
        assertEquals(Collections.nCopies(count, "writing"), take(count));
        return writers;
    }

    /** An answer, until the client is released or sent away. */
    private void write(Turns turns, Client client, int bytes) {
        client.does(() -> {
            turns.answered(bytes);
            events.add("writing");
            while (release.getCount() > 0 && !client.socket.isClosed()) {
                sleep(SOON);
            }
            turns.end();
        });
    }

    /** A turn, until the client is terminated. */
    private void occupy(Turns turns, Client client) {
        client.does(() -> {
            turns.begin();
            events.add("turn");
            until(new CountDownLatch(1));
            turns.end();
        });
    }

    private void inTurn(Turns turns, String event) {
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

    /** For their turn. */
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
        sleep(TimeUnit.MILLISECONDS.toNanos(2));
    }

    private static void sleep(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            return; // the test is over
        }
    }

    /** With threads as a connection has them. */
    private final class Client {
        final ThreadService service = new ThreadService(1, 4);
        final Socket socket = new Socket();

        Client() {
            clients.add(this);
        }

        void does(Runnable job) {
            service.handoff(() -> {
                ThreadService.serves(socket);
                job.run();
            });
        }
    }
}
