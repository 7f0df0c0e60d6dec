package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.generic.GenericConnector;
import jvmentrypoint.jmxmp.security.ClientSecurity;
import jvmentrypoint.jmxmp.security.Secret;
import jvmentrypoint.jmxmp.security.TlsFiles;

/**
 * OpenDMK's client for tools that stay connected, as {@link Outgoing} makes it. Unlike {@link ClientConnector}'s it
 * waits for an answer as long as the tool likes, and OpenDMK's own heartbeat finds out when the server is gone.
 */
public final class ToolConnector extends GenericConnector {
    /** Longer than our own client's: a tool may come through a chain of port forwards, and shows that it is waiting. */
    private static final int CONNECT_MILLIS = 20000;
    /** From an answer's first byte to its last. */
    private static final long MESSAGE_MILLIS = 600000;

    private static final String CREDENTIALS = "jmx.remote.credentials";

    private final JMXServiceURL url;
    private final Map<String, Object> given;

    private ToolConnector(JMXServiceURL url, Map<String, ?> env) {
        super(env);
        this.url = url;
        this.given = env == null ? new HashMap<String, Object>() : new HashMap<String, Object>(env);
    }

    /** Called by reflection, from outside the isolating loader. */
    public static JMXConnector of(JMXServiceURL url, Map<String, ?> env) {
        return new ToolConnector(url, env);
    }

    /** What is given here wins over what was given to the factory, but for what filters. */
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // OpenDMK is older than generics
    public synchronized void connect(Map env) throws IOException {
        if (isConnected()) {
            return;
        }
        Map<Object, Object> all = new HashMap<Object, Object>(given);
        if (env != null) {
            all.putAll(env);
        }
        ClientSecurity security = security(all.get(CREDENTIALS));
        Outgoing outgoing = Outgoing.open(url.getHost(), url.getPort(), security, CONNECT_MILLIS, MESSAGE_MILLIS);
        boolean connected = false;
        try {
            all.putAll(outgoing.environment());
            all.put(OBJECT_WRAPPING, new ToolWrapping());
            super.connect(all);
            connected = true;
        } finally {
            if (!connected) {
                outgoing.close();
            }
        }
    }

    /** What a tool has no place for is told by system properties, any of which means that there is to be TLS. */
    private static ClientSecurity security(Object credentials) throws IOException {
        String[] login = credentials instanceof String[] ? (String[]) credentials : new String[0];
        boolean named = login.length == 2 && login[0] != null && login[1] != null;
        String ca = System.getProperty("jmxmp.ca");
        String certificate = System.getProperty("jmxmp.cert");
        String key = System.getProperty("jmxmp.key");
        String name = System.getProperty("jmxmp.server-name");
        if ((certificate == null) != (key == null)) {
            throw new IOException("jmxmp.cert, jmxmp.key: only one of the two is given (give both)");
        }
        boolean tls = !"false".equals(System.getProperty("jmxmp.tls", "false"))
                || ca != null
                || certificate != null
                || name != null;
        return new ClientSecurity(
                tls,
                new TlsFiles(certificate, key, null, null, ca),
                name,
                named ? Secret.of(login[0]) : null,
                named ? Secret.of(login[1]) : null);
    }

    private boolean isConnected() {
        try {
            return getConnectionId() != null;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
