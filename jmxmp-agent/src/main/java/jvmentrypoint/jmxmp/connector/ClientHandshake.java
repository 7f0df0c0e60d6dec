package jvmentrypoint.jmxmp.connector;

import com.sun.jmx.remote.generic.ClientAdmin;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import javax.management.remote.generic.MessageConnection;
import javax.management.remote.message.HandshakeBeginMessage;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.HandshakeErrorMessage;
import javax.management.remote.message.Message;
import javax.management.remote.message.SASLMessage;
import javax.management.remote.message.TLSMessage;
import javax.management.remote.message.VersionMessage;
import jvmentrypoint.jmxmp.security.ClientSecurity;

/**
 * The client's side of {@link ServerHandshake}: it does what the server wants, as far as that is safe. A password is sent
 * under TLS only, to a server whose certificate is trusted and has the right name.
 */
final class ClientHandshake implements ClientAdmin {
    private static final String REFUSED = "java.lang.SecurityException: ";

    private final ClientSecurity security;
    private final String host;
    private final long millis;
    private String connectionId;

    /** The host is who the server must be where the security names nobody else; all of it has to be done in time. */
    ClientHandshake(ClientSecurity security, String host, long millis) {
        this.security = security;
        this.host = host;
        this.millis = millis;
    }

    @Override
    public MessageConnection connectionOpen(MessageConnection any) throws IOException {
        FilteredConnection connection = (FilteredConnection) any;
        Future<?> deadline = Deadlines.closeAfter(millis, connection.getSocket());
        try {
            shake(connection);
            return connection;
        } finally {
            deadline.cancel(false);
        }
    }

    private void shake(FilteredConnection connection) throws IOException {
        HandshakeBeginMessage begin = read(connection, HandshakeBeginMessage.class);
        if (!ServerHandshake.VERSION.equals(begin.getVersion())) {
            connection.writeMessage(new VersionMessage(ServerHandshake.VERSION));
            read(connection, VersionMessage.class);
        }
        List<String> profiles = profiles(begin);
        if (profiles.contains(ServerHandshake.TLS)) {
            startTls(connection);
        }
        if (profiles.contains(ServerHandshake.SASL_PLAIN)) {
            logIn(connection);
        }
        connection.writeMessage(new HandshakeEndMessage(null, null));
        connectionId = read(connection, HandshakeEndMessage.class).getConnectionId();
    }

    private List<String> profiles(HandshakeBeginMessage begin) {
        String text = begin.getProfiles() == null ? "" : begin.getProfiles();
        List<String> profiles = text.isEmpty() ? Collections.<String>emptyList() : Arrays.asList(text.split(" +"));
        for (String profile : profiles) {
            if (!profile.equals(ServerHandshake.TLS) && !profile.equals(ServerHandshake.SASL_PLAIN)) {
                throw new SecurityException("the server wants " + profile + ", which this client does not have");
            }
        }
        boolean tls = profiles.contains(ServerHandshake.TLS);
        if (!tls && (security.tlsDemanded() || !profiles.isEmpty())) {
            throw new SecurityException("the server has no TLS, which this client was told to use");
        }
        if (profiles.contains(ServerHandshake.SASL_PLAIN) && security.password() == null) {
            throw new SecurityException("the server wants a user and a password");
        }
        return profiles;
    }

    private void startTls(FilteredConnection connection) throws IOException {
        connection.writeMessage(new TLSMessage(TLSMessage.READY));
        if (read(connection, TLSMessage.class).getStatus() != TLSMessage.PROCEED) {
            throw new IOException("the server doesn't go on with TLS");
        }
        Tls.request(connection, security.tls(), security.serverName() == null ? host : security.serverName());
    }

    private void logIn(FilteredConnection connection) throws IOException {
        byte[] plain = new Plain(security.user().read(), security.password().read()).encoded();
        connection.writeMessage(new SASLMessage(Plain.MECHANISM, SASLMessage.CONTINUE, plain));
        if (read(connection, SASLMessage.class).getStatus() != SASLMessage.COMPLETE) {
            throw new IOException("the server asks for more than a password");
        }
    }

    private static <T> T read(FilteredConnection connection, Class<T> expected) throws IOException {
        try {
            Message message = connection.readMessage();
            if (message instanceof HandshakeErrorMessage) {
                throw refused(String.valueOf(((HandshakeErrorMessage) message).getDetail()));
            }
            if (!expected.isInstance(message)) {
                throw new IOException("out of order: " + message.getClass().getSimpleName());
            }
            return expected.cast(message);
        } catch (ClassNotFoundException e) {
            throw new IOException("handshake: " + e, e);
        }
    }

    private static IOException refused(String detail) {
        if (detail.startsWith(REFUSED)) {
            throw new SecurityException(detail.substring(REFUSED.length()));
        }
        return new IOException(detail);
    }

    @Override
    public void connectionClosed(MessageConnection connection) {}

    @Override
    public String getConnectionId() {
        return connectionId;
    }
}
