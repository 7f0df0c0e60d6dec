package jvmentrypoint.jmxmp.connector;

import com.sun.jmx.remote.opt.util.ThreadService;
import java.io.Closeable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
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
    /** Of all clients. An evaluation of more than a second is waiting for something, and must not make others wait. */
    public static final Turns ALL = new Turns(Runtime.getRuntime().maxMemory() / 16, TimeUnit.SECONDS.toNanos(1));

    private static final int AT_ONCE = 2;
    /** How soon a waiting thread notices that a turn has become a long one, which nobody tells. */
    private static final long LOOK_MILLIS = 100;

    private final long budget;
    private final long longNanos;
    private final Map<Thread, Turn> turns = new LinkedHashMap<Thread, Turn>();
    /** How many threads of each client wait; whose turn was longest ago comes first. */
    private final Map<Object, Integer> waiting = new LinkedHashMap<Object, Integer>();

    /** The budget is for answers that are being written, in bytes; what lasts longer than so many nanoseconds is long. */
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
     * @throws IllegalStateException when interrupted, as threads are once their connection has been closed
     */
    void begin() {
        Object client = ThreadService.client();
        if (client == null) {
            return;
        }
        synchronized (this) {
            Thread thread = Thread.currentThread();
            if (!turns.containsKey(thread)) {
                await(client);
                turns.put(thread, new Turn(client));
            }
        }
    }

    private void await(Object client) {
        Integer others = waiting.get(client);
        waiting.put(client, others == null ? 1 : others + 1);
        try {
            while (next() != client) {
                makeRoom();
                wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while others had their turn", e);
        } finally {
            int left = waiting.remove(client) - 1;
            if (left > 0) {
                waiting.put(client, left); // behind the others
            }
            notifyAll();
        }
    }

    /** The client whose turn it is; null while it is nobody's. */
    private Object next() {
        int running = 0;
        long held = 0;
        Set<Object> busy = new HashSet<Object>();
        for (Turn turn : turns.values()) {
            running += turn.isWriting() || turn.isLong() ? 0 : 1;
            held += turn.bytes;
            if (turn.isWriting() || !turn.isLong()) {
                busy.add(turn.client);
            }
        }
        if (running < AT_ONCE && held <= budget) {
            for (Object client : waiting.keySet()) {
                if (!busy.contains(client)) {
                    return client;
                }
            }
        }
        return null;
    }

    /** Sends those away who take long to read, one after the other, if their answers leave no memory for others. */
    private void makeRoom() {
        long over = -budget;
        for (Turn turn : turns.values()) {
            over += turn.bytes;
        }
        for (Turn turn : turns.values()) {
            if (over > 0 && turn.isWriting() && turn.isLong()) {
                Deadlines.close(turn.peer);
                over -= turn.bytes;
            }
        }
    }

    /** The calling thread's answer is ready, and has so many bytes; the peer's socket never waits when closed. */
    synchronized void writing(int bytes, Closeable peer) {
        Object client = ThreadService.client();
        if (client != null) {
            turns.put(Thread.currentThread(), new Turn(client, bytes, peer));
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
        private final Object client;
        private final long begun = System.nanoTime();
        private final int bytes;
        /** Null until there is an answer. */
        private final Closeable peer;

        Turn(Object client) {
            this(client, 0, null);
        }

        Turn(Object client, int bytes, Closeable peer) {
            this.client = client;
            this.bytes = bytes;
            this.peer = peer;
        }

        boolean isWriting() {
            return peer != null;
        }

        /** Of each of its two parts by itself. */
        boolean isLong() {
            return System.nanoTime() - begun > longNanos;
        }
    }
}
