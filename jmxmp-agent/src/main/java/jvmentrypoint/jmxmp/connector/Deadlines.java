package jvmentrypoint.jmxmp.connector;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Closes connections whose time is up, whatever they wait for: inside TLS no time-out of a socket bounds more than one read. */
final class Deadlines {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, new ThreadFactory() {
        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, "jmxmp-deadlines");
            thread.setDaemon(true);
            return thread;
        }
    });

    Deadlines() {
        timer.setRemoveOnCancelPolicy(true); // else each would be kept, with its connection, until it is due
    }

    /** Cancel it when the work is done. */
    Future<?> closeAfter(long millis, final FilteredConnection connection) {
        return timer.schedule(
                new Runnable() {
                    @Override
                    public void run() {
                        connection.close();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }
}
