package jvmentrypoint.jmxmp.connector;

import com.sun.jmx.remote.generic.ServerAdmin;
import com.sun.jmx.remote.opt.security.AdminServer;
import java.io.IOException;
import java.net.Socket;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.management.MBeanServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.generic.GenericConnectorServer;
import javax.management.remote.generic.MessageConnection;
import javax.management.remote.generic.MessageConnectionServer;
import javax.management.remote.message.Message;
import javax.security.auth.Subject;
import jvmentrypoint.jmxmp.Connector;

/**
 * OpenDMK's server, which gets to see a connection only once its handshake is done.
 *
 * <p>Left to itself it shakes hands on ten threads without a deadline, so that a few idle connections keep everyone out.
 * Here the handshake is OpenDMK's own code still, but runs on the caller's thread.
 */
public final class ServerConnector implements Connector {
    private static final long HANDSHAKE_MILLIS = 10000;
    /** From a message's first byte to its last. */
    private static final long MESSAGE_MILLIS = 10000;
    /** Requests of one client evaluated at once; one thread each, and one may wait for notifications. */
    private static final String MAX_THREADS = "4";

    /** Kept for all clients together; one about a collection takes 10 KB, and OpenDMK would keep a thousand for good. */
    private static final String MAX_NOTIFICATIONS = "200";

    private static final FilteredWrapping PARAMETERS = new FilteredWrapping(AllowList.PARAMETER, Bounds.PARAMETER);

    private final BlockingQueue<FilteredConnection> ready = new LinkedBlockingQueue<FilteredConnection>();
    private final ServerAdmin admin = new AdminServer(Collections.emptyMap());

    private ServerConnector() {}

    /** Called by reflection, from outside the isolating loader. */
    public static Connector start(MBeanServer server) throws IOException {
        ServerConnector connector = new ServerConnector();
        Map<String, Object> env = new HashMap<String, Object>();
        env.put(GenericConnectorServer.MESSAGE_CONNECTION_SERVER, connector.new Ready());
        env.put(GenericConnectorServer.OBJECT_WRAPPING, PARAMETERS);
        env.put("com.sun.jmx.remote.server.admin", connector.new ShakenHands());
        env.put("jmx.remote.x.server.max.threads", MAX_THREADS);
        env.put("jmx.remote.x.notification.buffer.size", MAX_NOTIFICATIONS);
        env.put("jmx.remote.default.class.loader", ClassLoader.getSystemClassLoader());
        new GenericConnectorServer(env, server).start();
        return connector;
    }

    @Override
    public void serve(Socket socket, Visit visit) throws IOException {
        FilteredConnection connection = new FilteredConnection(
                socket, AllowList.REQUEST, Bounds.REQUEST, HANDSHAKE_MILLIS, MESSAGE_MILLIS, new Guard(visit));
        boolean served = false;
        try {
            connection.connect(null);
            admin.connectionOpen(connection);
            served = visit.established() && ready.offer(connection);
        } catch (RuntimeException e) { // what OpenDMK throws for a message out of order
            throw new IOException("handshake: " + e, e);
        } finally {
            if (!served) {
                connection.close();
            }
        }
    }

    /** What we do about one client's messages, beyond filtering them. */
    private static final class Guard implements FilteredConnection.Watch {
        private final Visit visit;
        private final Subscriptions subscriptions = new Subscriptions(PARAMETERS);

        Guard(Visit visit) {
            this.visit = visit;
        }

        @Override
        public Message read(Message message) throws IOException {
            visit.active();
            subscriptions.read(message);
            return Subscriptions.bounded(message);
        }

        @Override
        public void write(Message message) throws IOException {
            subscriptions.write(message);
        }

        @Override
        public void closed() {
            visit.closed();
        }
    }

    /** Where OpenDMK would listen and accept: it gets what is ready. */
    private final class Ready implements MessageConnectionServer {
        @Override
        @SuppressWarnings("rawtypes") // OpenDMK is older than generics
        public void start(Map env) {}

        @Override
        public MessageConnection accept() throws IOException {
            Thread.currentThread().setName("jmxmp-dispatch"); // OpenDMK's thread, nameless otherwise
            try {
                return ready.take();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void stop() {}

        /** Only shown by MBeans that we don't register; the sockets are the listener's business. */
        @Override
        public JMXServiceURL getAddress() {
            return null;
        }
    }

    /** Where OpenDMK would shake hands: that is done. */
    private final class ShakenHands implements ServerAdmin {
        @Override
        public MessageConnection connectionOpen(MessageConnection connection) {
            return connection;
        }

        @Override
        public void connectionClosed(MessageConnection connection) {
            admin.connectionClosed(connection);
        }

        @Override
        public Subject getSubject(MessageConnection connection) {
            return admin.getSubject(connection);
        }
    }
}
