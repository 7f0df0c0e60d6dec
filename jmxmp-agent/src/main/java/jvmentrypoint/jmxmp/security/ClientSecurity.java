package jvmentrypoint.jmxmp.security;

/** What a client asks of a server, and shows to it. */
public final class ClientSecurity {
    private final boolean tlsDemanded;
    private final TlsFiles tls;
    private final String serverName;
    private final Secret user;
    private final Secret password;

    /**
     * Takes null for a server name that is the host's, and for no password. A password demands TLS.
     */
    public ClientSecurity(boolean tlsDemanded, TlsFiles tls, String serverName, Secret user, Secret password) {
        this.tlsDemanded = tlsDemanded || password != null;
        this.tls = tls;
        this.serverName = serverName;
        this.user = user;
        this.password = password;
    }

    /** Whether a server without TLS is to be left at once. */
    public boolean tlsDemanded() {
        return tlsDemanded;
    }

    public TlsFiles tls() {
        return tls;
    }

    /** The name that the server's certificate must have, where it isn't that of the host connected to; else null. */
    public String serverName() {
        return serverName;
    }

    /** Null for no password. */
    public Secret user() {
        return user;
    }

    /** Null for none. */
    public Secret password() {
        return password;
    }
}
