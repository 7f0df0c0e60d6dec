package jvmentrypoint.jmxmp.connector;

import com.sun.jmx.remote.generic.ServerAdmin;
import com.sun.jmx.remote.opt.util.ThreadService;
import java.io.IOException;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import javax.management.MBeanServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.generic.GenericConnectorServer;
import javax.management.remote.generic.MessageConnection;
import javax.management.remote.generic.MessageConnectionServer;
import javax.management.remote.message.Message;
import javax.security.auth.Subject;
import jvmentrypoint.jmxmp.Connector;
import jvmentrypoint.jmxmp.Protection;
import jvmentrypoint.jmxmp.Report;
import jvmentrypoint.jmxmp.access.ReadOnly;
import jvmentrypoint.jmxmp.security.Secret;
import jvmentrypoint.jmxmp.security.TlsFiles;

/**
 * OpenDMK's server, which gets to see a connection only once its handshake is done.
 *
 * <p>Left to itself it shakes hands on ten threads without a deadline, so that a few idle connections keep everyone out.
 * Here the handshake runs on the caller's thread.
 */
public final class ServerConnector implements Connector {
    private static final long HANDSHAKE_MILLIS = 10000;
    /** From a message's first byte to its last. */
    private static final long MESSAGE_MILLIS = 10000;
    /** Requests of one client evaluated at once; one thread each, and one may wait for notifications. */
    private static final String MAX_THREADS = "4";

    /** Kept for all clients together; one about a collection takes 10 KB, and OpenDMK would keep a thousand for good. */
    private static final String MAX_NOTIFICATIONS = "200";

    private final BlockingQueue<FilteredConnection> ready = new LinkedBlockingQueue<FilteredConnection>();
    private final Report report;
    private final FilteredWrapping parameters;
    private final TlsFiles tls;
    private final Login login;
    /** What was last said about files, which every client would make us say again. */
    private volatile String said = "";

    private ServerConnector(Protection protection, Report report) {
        this.report = report;
        this.parameters = parameters(protection);
        this.tls = protection.hasTls() ? tlsFiles(protection) : null;
        this.login = protection.hasPassword() ? login(protection) : null;
    }

    /** Where nobody may call an operation of the service's, its classes are of no use. */
    private static FilteredWrapping parameters(Protection protection) {
        return protection.isFull()
                ? new FilteredWrapping(
                        AllowList.FULL_PARAMETER, new ServiceTypes(protection.allowed()), Bounds.PARAMETER)
                : new FilteredWrapping(AllowList.PARAMETER, Bounds.PARAMETER);
    }

    private static TlsFiles tlsFiles(Protection protection) {
        Secret password =
                Secret.ofFileOrVariable(protection.keystorePasswordFile(), protection.keystorePasswordVariable());
        return new TlsFiles(
                protection.certificate(), protection.key(), protection.keystore(), password, protection.clientCa());
    }

    private static Login login(Protection protection) {
        Secret user =
                protection.userFile() == null ? Secret.of(protection.user()) : Secret.ofFile(protection.userFile());
        return new Login(user, Secret.ofFileOrVariable(protection.passwordFile(), protection.passwordVariable()));
    }

    /** Called by reflection, from outside the isolating loader. */
    public static Connector start(MBeanServer platform, Protection protection, Report report) throws IOException {
        ServerConnector connector = new ServerConnector(protection, report);
        Map<String, Object> env = new HashMap<String, Object>();
        env.put(GenericConnectorServer.MESSAGE_CONNECTION_SERVER, connector.new Ready());
        env.put(GenericConnectorServer.OBJECT_WRAPPING, connector.parameters);
        env.put("com.sun.jmx.remote.server.admin", new ShakenHands());
        env.put("jmx.remote.x.server.max.threads", MAX_THREADS);
        env.put("jmx.remote.x.notification.buffer.size", MAX_NOTIFICATIONS);
        env.put("jmx.remote.default.class.loader", ClassLoader.getSystemClassLoader());
        MBeanServer served = protection.isFull() ? platform : ReadOnly.over(platform);
        new GenericConnectorServer(env, Turns.ALL.over(served)).start();
        return connector;
    }

    @Override
    public void serve(Socket socket, Visit visit) throws IOException {
        checkFiles();
        FilteredConnection connection = new FilteredConnection(
                socket,
                AllowList.REQUEST,
                Bounds.REQUEST,
                HANDSHAKE_MILLIS,
                MESSAGE_MILLIS,
                new Guard(socket, visit, parameters));
        Future<?> deadline = Deadlines.closeAfter(HANDSHAKE_MILLIS, socket);
        boolean served = false;
        try {
            connection.connect(null);
            new ServerHandshake(connection, tls, login).shake();
            served = visit.established() && ready.offer(connection);
        } catch (RuntimeException e) { // what OpenDMK throws for a message out of order
            throw new IOException("handshake: " + e, e);
        } finally {
            deadline.cancel(false);
            if (!served) {
                connection.close();
            }
        }
    }

    /** Says what is wrong with certificate, key and password, as only we know: the client sees but a closed connection. */
    private void checkFiles() throws IOException {
        try {
            if (tls != null) {
                tls.context();
            }
            if (login != null) {
                login.read();
            }
            said = "";
        } catch (IOException e) {
            if (!said.equals(e.getMessage())) {
                said = e.getMessage();
                report.say(e.getMessage() + " (no JMXMP until it is mended; the service runs on)");
            }
            throw e;
        }
    }

    /** What we do about one client's messages, beyond filtering them. */
    private static final class Guard implements FilteredConnection.Watch {
        private final Socket socket;
        private final Visit visit;
        private final Subscriptions subscriptions;

        Guard(Socket socket, Visit visit, FilteredWrapping wrapping) {
            this.socket = socket;
            this.visit = visit;
            this.subscriptions = new Subscriptions(wrapping);
        }

        @Override
        public Message read(Message message) throws IOException {
            ThreadService.serves(socket);
            visit.active();
            subscriptions.read(message);
            return Subscriptions.bounded(message);
        }

        @Override
        public void write(Message message) throws IOException {
            subscriptions.write(message);
            Turns.ALL.answered(FilteredConnection.size(message));
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

    /** Where OpenDMK would shake hands: that is done. It knows nobody by name. */
    private static final class ShakenHands implements ServerAdmin {
        @Override
        public MessageConnection connectionOpen(MessageConnection connection) {
            return connection;
        }

        @Override
        public void connectionClosed(MessageConnection connection) {}

        @Override
        public Subject getSubject(MessageConnection connection) {
            return null;
        }
    }
}
