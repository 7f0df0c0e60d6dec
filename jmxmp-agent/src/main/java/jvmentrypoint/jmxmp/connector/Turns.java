package jvmentrypoint.jmxmp.connector;

import com.sun.jmx.remote.opt.internal.ArrayNotificationBuffer;
import com.sun.jmx.remote.opt.util.ThreadService;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;

/**
 * Has requests evaluated in turn: few at once, one of a client, and none of a client that has not yet taken its last answer.
 *
 * <p>An answer takes the service's memory from the first step of its evaluation until the peer has it, and that of a thread
 * dump takes megabytes. Left alone, 32 clients with four threads each that ask for dumps and read none fill the heap, which
 * ends the service; and those that do read have its processors for themselves.
 *
 * <p>Threads that do no client's job, such as the notification buffer's, need no turn.
 */
public final class Turns {
    /** Of all clients. An evaluation that has waited for a second for something else must not make others wait. */
    public static final Turns ALL = new Turns(Runtime.getRuntime().maxMemory() / 16, TimeUnit.SECONDS.toNanos(1));

    private static final int AT_ONCE = 2;
    /** A busy machine, or a heap nearly full, makes everything slow: that must not let in ever more. */
    private static final int COMPUTING = 5;
    /** How soon a waiting thread notices that a turn has become a long one, which nobody tells. */
    private static final long LOOK_MILLIS = 100;

    private final long budget;
    private final long longNanos;
    private final Map<Thread, Turn> turns = new LinkedHashMap<Thread, Turn>();
    /** How many threads of each client wait; whose turn was longest ago comes first. */
    private final Map<Socket, Integer> waiting = new LinkedHashMap<Socket, Integer>();

    /** The budget is for all answers under way but the largest, in bytes; what waits longer than so many nanoseconds is long. */
    Turns(long budget, long longNanos) {
        this.budget = budget;
        this.longNanos = longNanos;
    }

    /** The same MBeans; whatever a client asks them for waits for its turn. */
    MBeanServer over(final MBeanServer server) {
        InvocationHandler inTurn = new InvocationHandler() {
            @Override
            public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
                begin();
                try {
                    return method.invoke(server, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }
        };
        return (MBeanServer)
                Proxy.newProxyInstance(Turns.class.getClassLoader(), new Class<?>[] {MBeanServer.class}, inTurn);
    }

    /**
     * Waits for the calling thread's turn, unless it has one.
     *
     * @throws IllegalStateException when the connection has been closed, which nobody may have noticed yet
     */
    void begin() {
        Socket client = ThreadService.client();
        // The buffer is made by the first client that wants notifications, and everybody's second needs that lock.
        if (client == null || Thread.holdsLock(ArrayNotificationBuffer.class)) {
            return;
        }
        synchronized (this) {
            if (!turns.containsKey(Thread.currentThread())) {
                waitFor(client);
                turns.put(Thread.currentThread(), new Turn(client, false, 0));
            }
        }
    }

    private void waitFor(Socket client) {
        Integer others = waiting.get(client);
        waiting.put(client, others == null ? 1 : others + 1);
        try {
            while (next() != client) {
                if (client.isClosed()) {
                    throw new IllegalStateException("the connection is closed");
                }
                makeRoom();
                wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the connection is closed", e);
        } finally {
            int left = waiting.remove(client) - 1;
            if (left > 0) {
                waiting.put(client, left); // behind the others
            }
            notifyAll();
        }
    }

    /** The client whose turn it is; null while it is nobody's. */
    private Socket next() {
        int running = 0;
        Set<Socket> busy = new HashSet<Socket>();
        for (Turn turn : turns.values()) {
            boolean runs = !turn.answered && !turn.isLong();
            running += runs ? 1 : 0;
            if (runs || turn.answered) {
                busy.add(turn.client);
            }
        }
        if (running < AT_ONCE && excess() <= 0) {
            for (Socket client : waiting.keySet()) {
                if (!busy.contains(client)) {
                    return client;
                }
            }
        }
        return null;
    }

    /** By how many bytes the answers exceed the budget: all but the largest, or a single one could keep everybody waiting. */
    private long excess() {
        long sum = 0;
        int largest = 0;
        for (Turn turn : turns.values()) {
            sum += turn.bytes;
            largest = Math.max(largest, turn.bytes);
        }
        return sum - largest - budget;
    }

    /** Sends those away who take long to read, one after the other, if their answers leave no memory for others. */
    private void makeRoom() {
        long excess = excess();
        for (Turn turn : turns.values()) {
            if (excess > 0 && turn.answered && turn.isLong()) {
                Deadlines.close(turn.client);
                excess -= turn.bytes;
            }
        }
    }

    /**
     * The calling thread has its answer, of so many bytes. Said once the bytes are there, and again when it is their turn to be
     * written: others of the client's may come first, and some answers wrap nothing.
     */
    synchronized void answered(int bytes) {
        Socket client = ThreadService.client();
        if (client != null) {
            turns.put(Thread.currentThread(), new Turn(client, true, bytes));
            notifyAll();
        }
    }

    /** The calling thread's job is done, or has failed. */
    public synchronized void end() {
        if (turns.remove(Thread.currentThread()) != null) {
            notifyAll();
        }
    }

    /** One thread's, from the first step of an evaluation to the last byte of its answer. */
    private final class Turn {
        private final Thread thread = Thread.currentThread();
        private final long begun = System.nanoTime();
        private final Socket client;
        private final boolean answered;
        private final int bytes;

        Turn(Socket client, boolean answered, int bytes) {
            this.client = client;
            this.answered = answered;
            this.bytes = bytes;
        }

        /** Of either part by itself. Who computes, or waits for input, which looks the same, has more time than who waits. */
        boolean isLong() {
            long nanos = System.nanoTime() - begun;
            boolean waits = answered || thread.getState() != Thread.State.RUNNABLE;
            return nanos > (waits ? longNanos : longNanos * COMPUTING);
        }
    }
}
