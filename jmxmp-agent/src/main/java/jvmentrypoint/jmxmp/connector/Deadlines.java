package jvmentrypoint.jmxmp.connector;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Closes sockets whose time is up, whatever they wait for. A socket has a time-out for one read only, of which a record of
 * TLS may take thousands, and none for a write, which lasts as long as the peer likes.
 */
final class Deadlines {
    private static final long IDLE_SECONDS = 10;

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private Deadlines() {}

    /** Cancel it when the work is done. Give the socket that was accepted: closing TLS over it may itself block. */
    static Future<?> closeAfter(long millis, final Closeable socket) {
        return TIMER.schedule(
                new Runnable() {
                    @Override
                    public void run() {
                        close(socket);
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // closed all the same
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, new ThreadFactory() {
            @Override
            public Thread newThread(Runnable work) {
                Thread thread = new Thread(work, "jmxmp-deadlines");
                thread.setDaemon(true);
                return thread;
            }
        });
        timer.setRemoveOnCancelPolicy(true); // else each would be kept, with its socket, until it is due
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }
}
