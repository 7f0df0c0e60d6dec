package jvmentrypoint.jmxmp.connector;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Closes the sockets of peers that don't read what we write. A socket has a time-out for reading only; a blocked write
 * would last as long as the peer likes, with all that it is about to send and the threads that wait behind it.
 */
final class WriteDeadline implements Runnable {
    private static final long MILLIS = 10000;
    /** A large answer over a slow line may take longer: 64 KB a second. */
    private static final int BYTES_A_MILLI = 64;

    private static final long CHECK_MILLIS = 1000;

    static final WriteDeadline SHARED = new WriteDeadline(MILLIS, CHECK_MILLIS);

    private final long millis;
    private final long checkMillis;
    /** What is being written to, and until when. */
    private final Map<Closeable, Long> deadlines = new HashMap<Closeable, Long>();

    private boolean started;

    WriteDeadline(long millis, long checkMillis) {
        this.millis = millis;
        this.checkMillis = checkMillis;
    }

    /** The first call starts the thread that watches; without a thread nothing may be written. */
    synchronized void begin(Closeable peer, int bytes) {
        if (!started) {
            Thread thread = new Thread(this, "jmxmp-write-deadline");
            thread.setDaemon(true);
            thread.start();
            started = true;
        }
        deadlines.put(peer, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis + bytes / BYTES_A_MILLI));
        notifyAll();
    }

    synchronized void end(Closeable peer) {
        deadlines.remove(peer);
    }

    @Override
    public void run() {
        while (true) {
            try {
                awaitAny();
                Thread.sleep(checkMillis);
                closeLate();
            } catch (InterruptedException e) {
                continue; // nobody has a reason to
            } catch (OutOfMemoryError e) {
                continue; // the next time may be better
            }
        }
    }

    private synchronized void awaitAny() throws InterruptedException {
        while (deadlines.isEmpty()) {
            wait();
        }
    }

    private synchronized void closeLate() {
        for (Map.Entry<Closeable, Long> entry : deadlines.entrySet()) {
            if (System.nanoTime() - entry.getValue() > 0) {
                close(entry.getKey());
            }
        }
    }

    private static void close(Closeable peer) {
        try {
            peer.close();
        } catch (IOException e) {
            return; // closed all the same
        }
    }
}
