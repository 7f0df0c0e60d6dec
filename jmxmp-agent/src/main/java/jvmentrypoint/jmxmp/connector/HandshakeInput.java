package jvmentrypoint.jmxmp.connector;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * Puts a deadline on the handshake as a whole. A socket's own time-out starts anew with each byte, so a peer that sends
 * one now and then would stay for ever.
 */
final class HandshakeInput extends FilterInputStream {
    /** More than any handshake has; bounds what we answer, too, so that a peer that never reads can't block our writes. */
    private static final int MAX_BYTES = 64 * 1024;

    private final Socket socket;
    private final long deadline;
    private int left = MAX_BYTES;
    private boolean over;

    HandshakeInput(Socket socket, InputStream in, long millis) {
        super(in);
        this.socket = socket;
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** From here on reads wait as long as the peer likes. */
    void over() throws IOException {
        over = true;
        socket.setSoTimeout(0);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (over) {
            return super.read(buffer, offset, length);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0 || left <= 0) {
            throw new SocketTimeoutException("handshake takes too long");
        }
        socket.setSoTimeout((int) millis);
        int n = super.read(buffer, offset, Math.min(length, left));
        left -= Math.max(n, 0);
        return n;
    }
}
