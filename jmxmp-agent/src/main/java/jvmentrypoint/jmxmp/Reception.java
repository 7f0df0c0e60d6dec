package jvmentrypoint.jmxmp;

import java.io.IOException;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Decides who may come in: bounds the clients and the handshakes under way, and loads the connector for the first one.
 *
 * <p>Anyone who reaches the port can connect and say nothing. Such connections cost a thread each, and when there
 * are too many, the one that has waited longest makes room: a real client's handshake takes milliseconds, so it is never
 * the oldest for long. So does the client that has been silent longest, or 32 forgotten ones would keep everyone out.
 */
final class Reception {
    /** Clients served at once. A person's tools and a collector or two need fewer than ten. */
    private static final int MAX_CLIENTS = 32;
    /** Handshakes under way at once, each with a thread. */
    private static final int MAX_HANDSHAKES = 16;

    private final Report report;
    private final boolean logging;
    private final Protection protection;
    private final Set<Guest> handshakes = new LinkedHashSet<Guest>();
    /** Whoever was silent longest comes first. */
    private final Set<Guest> clients = new LinkedHashSet<Guest>();

    private final Object loading = new Object();
    private Connector connector;
    private boolean broken;
    private boolean closed;

    Reception(Report report, Arguments arguments) {
        this.report = report;
        this.logging = arguments.logging();
        this.protection = arguments.protection();
    }

    /** Returns at once; the handshake runs on a thread of its own. */
    void admit(Socket socket) {
        Guest guest = new Guest(socket);
        Guest evicted = null;
        synchronized (this) {
            if (closed) {
                evicted = guest;
            } else {
                if (handshakes.size() >= MAX_HANDSHAKES) {
                    evicted = handshakes.iterator().next();
                    handshakes.remove(evicted);
                }
                handshakes.add(guest);
            }
        }
        if (evicted != null) {
            Acceptor.close(evicted.socket);
        }
        if (evicted != guest) {
            start(guest);
        }
    }

    /** Sends everybody away, at the JVM's end. */
    void close() {
        Set<Guest> all = new LinkedHashSet<Guest>();
        synchronized (this) {
            closed = true;
            all.addAll(handshakes);
            all.addAll(clients);
        }
        for (Guest guest : all) {
            Acceptor.close(guest.socket);
        }
    }

    private void start(Guest guest) {
        boolean started = false;
        try {
            Thread thread = new Thread(guest, "jmxmp-handshake");
            thread.setDaemon(true);
            thread.start();
            started = true;
        } finally {
            if (!started) { // no more threads to be had
                guest.closed();
                Acceptor.close(guest.socket);
            }
        }
    }

    /** Null when it can't be loaded, which is said once. */
    private Connector connector() {
        synchronized (loading) {
            if (connector == null && !broken) {
                try {
                    connector = IsolatedLoader.startConnector(protection, report);
                } catch (Throwable e) { // LinkageError and the like: the service must not notice
                    broken = true;
                    report.say("connector: " + rootOf(e) + " (no JMXMP; the service runs on)");
                }
            }
            return connector;
        }
    }

    private static Throwable rootOf(Throwable e) {
        return e.getCause() == null || e.getCause() == e ? e : rootOf(e.getCause());
    }

    /** One connection, from accept to close. */
    private final class Guest implements Runnable, Connector.Visit {
        private final Socket socket;

        Guest(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void run() {
            boolean served = false;
            try {
                Connector server = connector();
                if (server != null) {
                    socket.setTcpNoDelay(true);
                    socket.setKeepAlive(true);
                    server.serve(socket, this);
                    served = true;
                }
            } catch (IOException e) {
                served = false; // a port probe, garbage, or too slow: not worth a line
            } catch (Throwable e) { // must not reach the service's uncaught exception handler
                report.say("client " + this + ": " + e);
            }
            if (!served) {
                Acceptor.close(socket);
                closed();
            }
        }

        @Override
        public boolean established() {
            Guest evicted = null;
            synchronized (Reception.this) {
                if (!handshakes.remove(this)) {
                    return false;
                }
                if (clients.size() >= MAX_CLIENTS) {
                    evicted = clients.iterator().next();
                    clients.remove(evicted);
                }
                clients.add(this);
            }
            if (evicted != null) {
                Acceptor.close(evicted.socket);
            }
            if (logging && evicted != null) {
                report.say("client " + evicted + " idle, made room");
            }
            if (logging) {
                report.say("client " + this + " connected");
            }
            return true;
        }

        @Override
        public void active() {
            synchronized (Reception.this) {
                if (clients.remove(this)) {
                    clients.add(this); // at the end
                }
            }
        }

        @Override
        public void closed() {
            boolean client;
            synchronized (Reception.this) {
                handshakes.remove(this);
                client = clients.remove(this);
            }
            if (client && logging) {
                report.say("client " + this + " gone");
            }
        }

        @Override
        public String toString() {
            return Addresses.text(socket.getInetAddress(), socket.getPort());
        }
    }
}
