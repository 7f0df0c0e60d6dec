package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.generic.GenericConnector;
import javax.management.remote.message.Message;

/**
 * OpenDMK's client for tools that stay connected, over a {@link FilteredConnection}. Unlike {@link ClientConnector}'s it
 * waits for an answer as long as the tool likes, and OpenDMK's own heartbeat finds out when the server is gone.
 */
public final class ToolConnector extends GenericConnector {
    /** Longer than our own client's: a tool may come through a chain of port forwards, and shows that it is waiting. */
    private static final int CONNECT_MILLIS = 20000;
    /** From an answer's first byte to its last. */
    private static final long MESSAGE_MILLIS = 600000;

    private final JMXServiceURL url;

    private ToolConnector(JMXServiceURL url, Map<String, ?> env) {
        super(env);
        this.url = url;
    }

    /** Called by reflection, from outside the isolating loader. */
    public static JMXConnector of(JMXServiceURL url, Map<String, ?> env) {
        return new ToolConnector(url, env);
    }

    /** What is given here wins over what was given to the factory, but for what filters. */
    @Override
    @SuppressWarnings("rawtypes") // OpenDMK is older than generics
    public synchronized void connect(Map env) throws IOException {
        if (isConnected()) {
            return;
        }
        Socket socket = open();
        boolean connected = false;
        try {
            super.connect(settings(env, socket));
            connected = true;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private Map<Object, Object> settings(Map<?, ?> env, Socket socket) throws IOException {
        Map<Object, Object> settings = new HashMap<Object, Object>();
        if (env != null) {
            settings.putAll(env);
        }
        FilteredConnection connection = new FilteredConnection(
                socket, AllowList.RESPONSE, Bounds.RESPONSE, CONNECT_MILLIS, MESSAGE_MILLIS, new Unwatched());
        settings.put(MESSAGE_CONNECTION, connection);
        settings.put(OBJECT_WRAPPING, new ToolWrapping());
        return settings;
    }

    private boolean isConnected() {
        try {
            return getConnectionId() != null;
        } catch (IOException e) {
            return false;
        }
    }

    private Socket open() throws IOException {
        InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
        if (address.isUnresolved()) {
            throw new UnknownHostException(url.getHost());
        }
        Socket socket = new Socket();
        boolean connected = false;
        try {
            socket.connect(address, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            connected = true;
            return socket;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    @Override
    public String toString() {
        return url.toString();
    }

    /** OpenDMK itself notices the end of its connection. */
    private static final class Unwatched implements FilteredConnection.Watch {
        @Override
        public void read(Message message) {}

        @Override
        public void write(Message message) {}

        @Override
        public void closed() {}
    }
}
