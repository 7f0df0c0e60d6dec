package jvmentrypoint.jmxmp.connector;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import javax.management.remote.message.Message;
import javax.management.remote.message.NotificationRequestMessage;
import javax.management.remote.message.NotificationResponseMessage;

/**
 * Reads no further while too many of one client's requests have no answer yet. OpenDMK queues whatever comes, so that a
 * client that sends requests and reads no answers would fill the heap.
 */
final class UnderWay {
    /** Three are evaluated at once, and no tool sends more than a few without waiting. */
    private static final int MAX = 8;

    private final Semaphore free = new Semaphore(MAX);

    /** Waits until there is room; OpenDMK interrupts it when the connection ends. */
    void read(Message message) throws InterruptedIOException {
        if (message instanceof MBeanServerRequestMessage || message instanceof NotificationRequestMessage) {
            try {
                free.acquire();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("closed");
            }
        }
    }

    void write(Message message) {
        if (message instanceof MBeanServerResponseMessage || message instanceof NotificationResponseMessage) {
            free.release();
        }
    }
}
