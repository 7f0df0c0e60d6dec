package jvmentrypoint.jmxmp.client;

import java.util.concurrent.TimeUnit;

/**
 * Does something when the time is up, whatever else goes on: a hostile server can send what takes for ever to
 * deserialise or to print, and no time-out of a socket ends that.
 */
final class Watchdog implements Runnable {
    private final long nanos;
    private final Runnable bark;
    private long begun;
    private boolean resting;

    private Watchdog(long millis, Runnable bark) {
        this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        this.bark = bark;
        restart();
    }

    static Watchdog start(long millis, Runnable bark) {
        Watchdog watchdog = new Watchdog(millis, bark);
        Thread thread = new Thread(watchdog, "jmxmp-watchdog");
        thread.setDaemon(true);
        thread.start();
        return watchdog;
    }

    /** The whole time begins anew. */
    synchronized void restart() {
        begun = System.nanoTime();
        resting = false;
        notifyAll();
    }

    /** No time passes until the next {@link #restart}. */
    synchronized void rest() {
        resting = true;
    }

    @Override
    public void run() {
        try {
            awaitEnd();
        } catch (InterruptedException e) {
            return; // nobody does that
        }
        bark.run();
    }

    private synchronized void awaitEnd() throws InterruptedException {
        long left = nanos;
        while (left > 0) {
            if (resting) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            left = resting ? nanos : begun + nanos - System.nanoTime();
        }
    }
}
