package jvmentrypoint.jmxmp;

import java.io.IOException;
import java.net.Socket;

/** The protocol side, as the listening side sees it; its only implementation lives behind {@link IsolatedLoader}. */
public interface Connector {
    /**
     * Does the handshake on the calling thread, and serves the client on threads of its own afterwards.
     *
     * @throws IOException when the handshake fails or takes too long; the socket is closed then
     */
    void serve(Socket socket, Visit visit) throws IOException;

    /** One connection's way through the reception. */
    interface Visit {
        /** The handshake is done. False: it took too long; the connection must be closed. */
        boolean established();

        /** The client has sent something. */
        void active();

        /** The connection is closed, whoever did it; may be called more than once. */
        void closed();
    }
}
