package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.generic.GenericConnector;
import jvmentrypoint.jmxmp.security.ClientSecurity;

/** OpenDMK's client for a command line: a server may be hostile, and has to answer in time. */
public final class ClientConnector {
    private static final int MOST_CONNECT_MILLIS = 5000;

    private ClientConnector() {}

    /**
     * Called by reflection, from outside the isolating loader.
     *
     * @param answerMillis for one answer, and for one message
     * @throws IOException with a cause of refusal, time-out or garbled answer as the JDK puts it
     * @throws SecurityException where either side doesn't want the other
     */
    public static JMXConnector connect(String host, int port, ClientSecurity security, long answerMillis)
            throws IOException {
        int connectMillis = (int) Math.min(MOST_CONNECT_MILLIS, Math.max(answerMillis / 4, 1));
        Outgoing outgoing = Outgoing.open(host, port, security, connectMillis, answerMillis);
        boolean connected = false;
        try {
            Map<String, Object> env = outgoing.environment();
            env.put(GenericConnector.OBJECT_WRAPPING, new FilteredWrapping(AllowList.RESULT, Bounds.RESPONSE));
            env.put("jmx.remote.x.request.timeout", Long.toString(answerMillis));
            JMXConnector connector = new GenericConnector(env);
            connector.connect();
            connected = true;
            return connector;
        } finally {
            if (!connected) {
                outgoing.close();
            }
        }
    }
}
