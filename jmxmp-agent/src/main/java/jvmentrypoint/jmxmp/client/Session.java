package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.io.PrintStream;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;

/** A server that is asked once or for ever, and where the answers go. */
final class Session {
    final Output out;
    private final Target target;
    private final PrintStream err;
    private final Watchdog watchdog;
    private JMXConnector connector;

    Session(Target target, Output out, PrintStream err) {
        this.target = target;
        this.out = out;
        this.err = err;
        watchdog = watch(target.timeoutMillis() * 2); // what is one request for us may be several
    }

    /** The connection, opened if there is none. */
    MBeanServerConnection server() throws IOException {
        if (connector == null) {
            connector = Servers.connect(target);
        }
        return connector.getMBeanServerConnection();
    }

    /** What was to be said is said, so that a failing farewell matters to nobody. */
    void close() {
        JMXConnector closing = connector;
        connector = null;
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (IOException | RuntimeException e) {
            return;
        }
    }

    String about(String message) {
        return target + ": " + message;
    }

    /** One line on stderr about the server. */
    void note(String message) {
        Main.line(err, about(message));
    }

    /** The limit is for the time between two of these. */
    void sleep(long millis) {
        watchdog.rest();
        try {
            Thread.sleep(Math.max(millis, 0));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e); // nobody does that
        }
        watchdog.restart();
    }

    /** It halts the JVM: what hangs may hold the lock that an orderly exit wants. */
    private Watchdog watch(final long millis) {
        return Watchdog.start(millis, new Runnable() {
            @Override
            public void run() {
                note("not done after " + (millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms"));
                Runtime.getRuntime().halt(1);
            }
        });
    }
}
