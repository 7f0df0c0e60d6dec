package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import javax.management.remote.message.HandshakeBeginMessage;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.HandshakeErrorMessage;
import javax.management.remote.message.Message;
import javax.management.remote.message.SASLMessage;
import javax.management.remote.message.TLSMessage;
import javax.management.remote.message.VersionMessage;
import jvmentrypoint.jmxmp.security.TlsFiles;

/**
 * What is said before a client's first request: version, TLS, password, in this order and each once. OpenDMK's own code
 * would look for handlers of whatever profile a client names, and takes a password before TLS.
 */
final class ServerHandshake {
    static final String VERSION = "1.0";
    static final String TLS = "TLS";
    static final String SASL_PLAIN = "SASL/" + Plain.MECHANISM;

    private final FilteredConnection connection;
    private final TlsFiles tls;
    private final Login login;
    private boolean tlsToDo;
    private boolean loginToDo;

    /** Without files there is no TLS, without a login no password. */
    ServerHandshake(FilteredConnection connection, TlsFiles tls, Login login) {
        this.connection = connection;
        this.tls = tls;
        this.login = login;
        tlsToDo = tls != null;
        loginToDo = login != null;
    }

    /** The profiles that clients must use, as the protocol writes them; null for none. */
    private String profiles() {
        return tls == null ? null : login == null ? TLS : TLS + " " + SASL_PLAIN;
    }

    /**
     * Returns when the client may send requests.
     *
     * @throws IOException when it may not, which it has been told
     */
    void shake() throws IOException {
        try {
            connection.writeMessage(new HandshakeBeginMessage(profiles(), VERSION));
            Message message = connection.readMessage();
            while (!(message instanceof HandshakeEndMessage)) {
                answer(message);
                message = connection.readMessage();
            }
            if (tlsToDo || loginToDo) {
                throw new SecurityException("this server wants " + profiles());
            }
            connection.writeMessage(new HandshakeEndMessage(null, connection.getConnectionId()));
        } catch (ClassNotFoundException e) {
            throw new IOException("handshake: " + e, e);
        } catch (SecurityException e) {
            connection.writeMessage(new HandshakeErrorMessage(e.toString())); // clients know it by this form
            throw new IOException("handshake: " + e, e);
        }
    }

    private void answer(Message message) throws IOException {
        if (message instanceof VersionMessage) {
            connection.writeMessage(new VersionMessage(VERSION)); // the only one there is
        } else if (message instanceof TLSMessage && tlsToDo) {
            connection.writeMessage(new TLSMessage(TLSMessage.PROCEED));
            Tls.serve(connection, tls);
            tlsToDo = false;
        } else if (message instanceof SASLMessage && tlsToDo) {
            throw new SecurityException("a password without TLS: refused; whoever listens knows it now: change it");
        } else if (message instanceof SASLMessage && loginToDo) {
            logIn((SASLMessage) message);
        } else if (message instanceof HandshakeErrorMessage) {
            throw new IOException("handshake given up by the client");
        } else {
            throw new SecurityException("this server wants " + (profiles() == null ? "no profile" : profiles()));
        }
    }

    private void logIn(SASLMessage message) throws IOException {
        if (!Plain.MECHANISM.equals(message.getMechanism())) {
            throw new SecurityException("this server wants " + profiles());
        }
        login.check(message.getBlob(), connection.getSocket());
        loginToDo = false;
        connection.writeMessage(new SASLMessage(Plain.MECHANISM, SASLMessage.COMPLETE, null));
    }
}
