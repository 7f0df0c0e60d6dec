package jvmentrypoint.jmxmp.connector;

import java.io.InterruptedIOException;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    private final Socket socket;
    private final Semaphore free = new Semaphore(MAX);

    UnderWay(Socket socket) {
        this.socket = socket;
    }

    /**
     * Waits until there is room or the connection ends. OpenDMK leaves some malformed requests without an answer, so that
     * there may never be room again, and whoever sends this client away closes nothing but the socket.
     */
    void read(Message message) throws InterruptedIOException {
        if (message instanceof MBeanServerRequestMessage || message instanceof NotificationRequestMessage) {
            try {
                while (!free.tryAcquire(1, TimeUnit.SECONDS)) {
                    if (socket.isClosed()) {
                        throw new InterruptedIOException("closed");
                    }
                }
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
