package jvmentrypoint.jmxmp.connector;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * Puts a deadline on the handshake as a whole, and later on each message once it has begun. A socket's own time-out
 * starts anew with each byte, so a peer that sends one now and then would stay for ever, with all that it made us allocate.
 */
final class TimedInput extends FilterInputStream {
    /** More than any handshake has; bounds what we answer, too, so that a peer that never reads can't block our writes. */
    private static final int MAX_HANDSHAKE_BYTES = 64 * 1024;

    private final Socket socket;
    private String task = "handshake";
    private long deadline;
    private int left = MAX_HANDSHAKE_BYTES;
    private boolean handshake = true;
    private boolean timed = true;

    TimedInput(Socket socket, InputStream in, long handshakeMillis) {
        super(in);
        this.socket = socket;
        this.deadline = in(handshakeMillis);
    }

    boolean inHandshake() {
        return handshake;
    }

    /** From here on only messages have deadlines; for the next one to begin we wait as long as the peer likes. */
    void handshakeOver() throws IOException {
        handshake = false;
        messageOver();
    }

    /** In the handshake its own deadline holds. */
    void messageBegun(long millis) {
        if (!handshake) {
            task = "message";
            deadline = in(millis);
            timed = true;
        }
    }

    void messageOver() throws IOException {
        if (!handshake) {
            timed = false;
            socket.setSoTimeout(0);
        }
    }

    private static long in(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (!timed) {
            return super.read(buffer, offset, length);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0 || handshake && left <= 0) {
            throw new SocketTimeoutException(task + " takes too long");
        }
        socket.setSoTimeout((int) millis);
        int n = super.read(buffer, offset, handshake ? Math.min(length, left) : length);
        left -= handshake ? Math.max(n, 0) : 0;
        return n;
    }
}
