package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import jvmentrypoint.jmxmp.security.TlsFiles;

/**
 * TLS over a connection that has begun without it. OpenDMK's own server of it fails on 17 and later, and its client
 * doesn't compare the certificate's name with the host's.
 */
final class Tls {
    private static final List<String> PROTOCOLS = Arrays.asList("TLSv1.3", "TLSv1.2");

    private Tls() {}

    /** Shakes hands; what is read and written from here on is encrypted. */
    static void serve(FilteredConnection connection, TlsFiles files) throws IOException {
        SSLSocket tls = over(connection, files, null);
        tls.setUseClientMode(false);
        tls.setNeedClientAuth(files.hasTrusted());
        start(connection, tls);
    }

    /** As {@link #serve}, with the server's certificate checked for trust and for this name. */
    static void request(FilteredConnection connection, TlsFiles files, String serverName) throws IOException {
        SSLSocket tls = over(connection, files, serverName);
        tls.setUseClientMode(true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 2818's rules for names in certificates
        tls.setSSLParameters(parameters);
        start(connection, tls);
    }

    private static SSLSocket over(FilteredConnection connection, TlsFiles files, String name) throws IOException {
        Socket socket = connection.getSocket();
        return (SSLSocket) files.context().getSocketFactory().createSocket(socket, name, socket.getPort(), true);
    }

    private static void start(FilteredConnection connection, SSLSocket tls) throws IOException {
        List<String> protocols = new ArrayList<String>(PROTOCOLS);
        protocols.retainAll(Arrays.asList(tls.getSupportedProtocols()));
        tls.setEnabledProtocols(protocols.toArray(new String[0]));
        tls.startHandshake();
        connection.replaceStreams(tls.getInputStream(), tls.getOutputStream());
    }
}
