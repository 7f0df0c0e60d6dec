package jvmentrypoint.jmxmp.connector;

import com.sun.jmx.remote.socket.SocketConnection;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectStreamConstants;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.StreamCorruptedException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Future;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.MBeanServerResponseMessage;
import javax.management.remote.message.Message;
import javax.management.remote.message.NotificationResponseMessage;
import jvmentrypoint.jmxmp.Addresses;

/**
 * OpenDMK's connection, but for how it reads: filtered from the first byte, each message bounded, the handshake with a
 * deadline; and without its reverse look-ups of the peer's name, each of which may take seconds.
 */
final class FilteredConnection extends SocketConnection {
    private static final byte[] STREAM_HEADER = {
        (byte) (ObjectStreamConstants.STREAM_MAGIC >> 8),
        (byte) ObjectStreamConstants.STREAM_MAGIC,
        (byte) (ObjectStreamConstants.STREAM_VERSION >> 8),
        (byte) ObjectStreamConstants.STREAM_VERSION,
    };

    /** From an answer's first byte to its last, and more for a large one over a slow line: 64 KB a second. */
    private static final long WRITE_MILLIS = 10000;

    private static final int BYTES_A_MILLI = 64;

    /** What was accepted: closing it never waits, unlike a TLS socket over it. */
    private final Socket peer;

    private final AllowList allowed;
    private final Bounds bounds;
    private final long handshakeMillis;
    private final long messageMillis;
    private final Watch watch;
    private boolean connected;
    private boolean begun;
    private TimedInput timed;
    private LimitedInput input;

    /** Takes a connected socket. */
    FilteredConnection(
            Socket socket, AllowList allowed, Bounds bounds, long handshakeMillis, long messageMillis, Watch watch)
            throws IOException {
        super(socket.getInetAddress().getHostAddress(), socket.getPort());
        this.peer = socket;
        this.allowed = allowed;
        this.bounds = bounds;
        this.handshakeMillis = handshakeMillis;
        this.messageMillis = messageMillis;
        this.watch = watch;
        setSocket(socket);
    }

    /** Only the first call does anything: OpenDMK connects once more what has already shaken hands. */
    @Override
    @SuppressWarnings("rawtypes") // OpenDMK is older than generics
    public void connect(Map env) throws IOException {
        if (!connected) {
            super.connect(env);
            connected = true;
        } else if (getSocket().isClosed()) {
            throw new IOException("connection lost");
        }
    }

    /** Also called by a handshake profile that puts TLS between us and the socket. */
    @Override
    public void replaceStreams(InputStream in, OutputStream out) throws IOException {
        super.replaceStreams(in, out);
        timed = new TimedInput(getSocket(), in, handshakeMillis);
        input = new LimitedInput(new BufferedInputStream(timed), bounds.bytes);
        begun = false;
    }

    /**
     * Reads each message as a stream of its own, behind a header of our own: the peer resets its stream after each, so
     * nothing refers back, and this way the JDK's counts of references and bytes begin anew, and nothing piles up.
     * On either side the last message read in a handshake is its end, which lifts the handshake's deadline. Later a
     * message may be awaited for ever, but its first byte starts the clock.
     */
    @Override
    public Message readMessage() throws IOException, ClassNotFoundException {
        try {
            return read();
        } catch (OutOfMemoryError e) { // OpenDMK handles exceptions only
            throw new IOException("no memory for a message", e);
        }
    }

    private Message read() throws IOException, ClassNotFoundException {
        input.nextMessage();
        if (!begun) {
            readHeader();
            begun = true;
        }
        int first = input.read();
        if (first < 0) {
            throw new EOFException();
        }
        timed.messageBegun(messageMillis);
        Future<?> deadline = Deadlines.closeAfter(messageMillis, peer);
        Object read;
        try {
            read = new FilteredInput(oneMessage(first), allowed, timed.inHandshake() ? Bounds.HANDSHAKE : bounds)
                    .readFiltered();
        } finally {
            deadline.cancel(false);
        }
        if (!(read instanceof Message)) {
            throw new StreamCorruptedException("not a JMXMP message");
        }
        if (read instanceof HandshakeEndMessage) {
            timed.handshakeOver();
        }
        timed.messageOver();
        return watch.read((Message) read);
    }

    private InputStream oneMessage(int first) {
        byte[] begin = Arrays.copyOf(STREAM_HEADER, STREAM_HEADER.length + 1);
        begin[STREAM_HEADER.length] = (byte) first;
        return new SequenceInputStream(new ByteArrayInputStream(begin), input);
    }

    @Override
    public void writeMessage(Message message) throws IOException {
        watch.write(message);
        boolean written = false;
        Future<?> deadline = null;
        try {
            deadline = Deadlines.closeAfter(WRITE_MILLIS + size(message) / BYTES_A_MILLI, peer);
            super.writeMessage(message);
            written = true;
        } catch (OutOfMemoryError e) { // OpenDMK handles exceptions only
            throw new IOException("no memory for an answer", e);
        } finally {
            if (deadline != null) {
                deadline.cancel(false);
            }
            if (!written) { // after half a message nothing makes sense any more
                peer.close();
            }
        }
    }

    /** Of what a message wraps, in bytes, which is nearly all of a large one. */
    static int size(Message message) {
        Object wrapped = null;
        if (message instanceof MBeanServerResponseMessage) {
            wrapped = ((MBeanServerResponseMessage) message).getWrappedResult();
        } else if (message instanceof NotificationResponseMessage) {
            wrapped = ((NotificationResponseMessage) message).getWrappedNotificationResult();
        }
        return wrapped instanceof byte[] ? ((byte[]) wrapped).length : 0;
    }

    private void readHeader() throws IOException {
        byte[] header = new byte[STREAM_HEADER.length];
        new DataInputStream(input).readFully(header);
        if (!Arrays.equals(header, STREAM_HEADER)) {
            throw new StreamCorruptedException("not JMXMP");
        }
    }

    /** The socket goes first: closing a stream may wait for a peer that doesn't read. */
    @Override
    public void close() {
        try {
            peer.close();
        } catch (IOException e) {
            connected = true; // closed all the same
        }
        super.close();
        watch.closed();
    }

    /** Of the form that JMX prescribes: protocol and address, principals (none), anything unique. */
    @Override
    public String getConnectionId() {
        Socket socket = getSocket();
        InetAddress peer = socket.getInetAddress();
        return "jmxmp://" + Addresses.text(peer, socket.getPort()) + "  " + System.identityHashCode(this);
    }

    /** Told of what passes. */
    interface Watch {
        /** Answers what is to be taken for the message. */
        Message read(Message message) throws IOException;

        void write(Message message) throws IOException;

        /** Called whenever the connection is closed, maybe more than once. */
        void closed();
    }
}
