package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.generic.GenericConnector;
import javax.management.remote.message.Message;
import jvmentrypoint.jmxmp.security.ClientSecurity;

/** OpenDMK's client over a {@link FilteredConnection}: a server may be hostile as well. */
public final class ClientConnector {
    private static final int CONNECT_MILLIS = 5000;

    private ClientConnector() {}

    /**
     * Called by reflection, from outside the isolating loader.
     *
     * @param answerMillis for one answer, and for one message
     * @throws IOException with a cause of refusal, time-out or garbled answer as the JDK puts it
     */
    public static JMXConnector connect(String host, int port, ClientSecurity security, long answerMillis)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        Socket socket = new Socket();
        boolean connected = false;
        try {
            socket.connect(address, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            FilteredConnection connection = new FilteredConnection(
                    socket, AllowList.RESPONSE, Bounds.RESPONSE, CONNECT_MILLIS, answerMillis, new Unwatched());
            Map<String, Object> env = new HashMap<String, Object>();
            env.put(GenericConnector.MESSAGE_CONNECTION, connection);
            env.put(GenericConnector.OBJECT_WRAPPING, new FilteredWrapping(AllowList.RESULT, Bounds.RESPONSE));
            env.put("com.sun.jmx.remote.client.admin", new ClientHandshake(security, host));
            env.put("jmx.remote.x.request.timeout", Long.toString(answerMillis));
            env.put("jmx.remote.x.client.connection.check.period", "0"); // no heartbeat: we are gone soon
            JMXConnector connector = new GenericConnector(env);
            connector.connect();
            connected = true;
            return connector;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    /** The program ends with its connection. */
    private static final class Unwatched implements FilteredConnection.Watch {
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
