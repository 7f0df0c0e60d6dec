package jvmentrypoint.jmxmp.connector;

import com.sun.jmx.remote.socket.SocketConnection;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
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
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.Message;
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

    private final AllowList allowed;
    private final Bounds bounds;
    private final long handshakeMillis;
    private final Runnable closed;
    private boolean connected;
    private boolean begun;
    private HandshakeInput handshake;
    private LimitedInput input;

    /** Takes a connected socket; {@code closed} is called whenever this connection is closed, maybe more than once. */
    FilteredConnection(Socket socket, AllowList allowed, Bounds bounds, long handshakeMillis, Runnable closed)
            throws IOException {
        super(socket.getInetAddress().getHostAddress(), socket.getPort());
        this.allowed = allowed;
        this.bounds = bounds;
        this.handshakeMillis = handshakeMillis;
        this.closed = closed;
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
        handshake = new HandshakeInput(getSocket(), in, handshakeMillis);
        input = new LimitedInput(new BufferedInputStream(handshake), bounds.bytes);
        begun = false;
    }

    /**
     * Reads each message as a stream of its own, behind a header of our own: the peer resets its stream after each, so
     * nothing refers back, and this way the JDK's counts of references and bytes begin anew, and nothing piles up.
     * On either side the last message read in a handshake is its end, which lifts the deadline.
     */
    @Override
    public Message readMessage() throws IOException, ClassNotFoundException {
        input.nextMessage();
        if (!begun) {
            readHeader();
            begun = true;
        }
        InputStream message = new SequenceInputStream(new ByteArrayInputStream(STREAM_HEADER), input);
        Object read = new FilteredInput(message, allowed, bounds).readFiltered();
        if (!(read instanceof Message)) {
            throw new StreamCorruptedException("not a JMXMP message");
        }
        if (read instanceof HandshakeEndMessage) {
            handshake.over();
        }
        return (Message) read;
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
            getSocket().close();
        } catch (IOException e) {
            connected = true; // closed all the same
        }
        super.close();
        closed.run();
    }

    /** Of the form that JMX prescribes: protocol and address, principals (none), anything unique. */
    @Override
    public String getConnectionId() {
        Socket socket = getSocket();
        InetAddress peer = socket.getInetAddress();
        return "jmxmp://" + Addresses.text(peer, socket.getPort()) + "  " + System.identityHashCode(this);
    }
}
