package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.generic.GenericConnector;
import javax.management.remote.message.Message;
import jvmentrypoint.jmxmp.security.ClientSecurity;

/** A client's connection before its handshake: what it reads is filtered, and it comes in as its security says. */
final class Outgoing {
    private final FilteredConnection connection;
    private final ClientHandshake handshake;

    private Outgoing(FilteredConnection connection, ClientHandshake handshake) {
        this.connection = connection;
        this.handshake = handshake;
    }

    /**
     * Opens a socket.
     *
     * @param connectMillis for the connection, and once more for the handshake
     * @param messageMillis from an answer's first byte to its last
     * @throws IOException with a cause of refusal or time-out as the JDK puts it
     */
    static Outgoing open(String host, int port, ClientSecurity security, int connectMillis, long messageMillis)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        Socket socket = new Socket();
        boolean opened = false;
        try {
            socket.connect(address, connectMillis);
            socket.setTcpNoDelay(true);
            FilteredConnection connection = new FilteredConnection(
                    socket, AllowList.RESPONSE, Bounds.RESPONSE, connectMillis, messageMillis, new Unwatched());
            Outgoing outgoing = new Outgoing(connection, new ClientHandshake(security, host, connectMillis));
            opened = true;
            return outgoing;
        } finally {
            if (!opened) {
                socket.close();
            }
        }
    }

    /** What OpenDMK needs to know to use it. */
    Map<String, Object> environment() {
        Map<String, Object> environment = new HashMap<String, Object>();
        environment.put(GenericConnector.MESSAGE_CONNECTION, connection);
        environment.put("com.sun.jmx.remote.client.admin", handshake);
        return environment;
    }

    /** For a connection that will not be used after all. */
    void close() {
        connection.close();
    }

    /** OpenDMK itself notices the end of its connection. */
    static final class Unwatched implements FilteredConnection.Watch {
        @Override
        public Message read(Message message) {
            return message;
        }

        @Override
        public void write(Message message) {}

        @Override
        public void closed() {}
    }
}
