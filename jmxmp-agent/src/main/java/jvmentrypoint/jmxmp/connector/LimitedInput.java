package jvmentrypoint.jmxmp.connector;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;

/**
 * Counts one message's bytes. An ObjectInputFilter is not asked while a string is read, so that a string alone could
 * fill the heap.
 */
final class LimitedInput extends FilterInputStream {
    private final int limit;
    private int left;

    LimitedInput(InputStream in, int limit) {
        super(in);
        this.limit = limit;
        this.left = limit;
    }

    /** The next message has the whole limit for itself. */
    void nextMessage() {
        left = limit;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        count(Math.max(n, 0));
        return n;
    }

    private void count(int n) throws IOException {
        left -= n;
        if (left < 0) {
            throw new StreamCorruptedException("message of more than " + limit + " bytes");
        }
    }
}
