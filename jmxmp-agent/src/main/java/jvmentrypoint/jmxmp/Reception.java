package jvmentrypoint.jmxmp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides who may come in: bounds the clients and the handshakes under way, and loads the connector for the first one.
 *
 * <p>Anyone who reaches the port can connect and say nothing. Such connections cost a thread each, and when there
 * are too many, the one that has waited longest makes room: a real client's handshake takes milliseconds, so it is never
 * the oldest for long. So does the client that has been silent longest, or 32 forgotten ones would keep everyone out.
 * Only those of the address that has the most are asked to, since one host that floods us is always the busiest.
 */
final class Reception {
    /** Clients served at once. A person's tools and a collector or two need fewer than ten. */
    private static final int MAX_CLIENTS = 32;
    /** Handshakes under way at once, each with a thread. */
    private static final int MAX_HANDSHAKES = 16;
    /** Threads of handshakes, with those of evicted ones that have not ended yet; who comes beyond them is sent away. */
    private static final int MAX_THREADS = 64;

    /**
     * What the kernel keeps for a client in each direction. Left alone it grows to several megabytes for a peer that doesn't
     * read, or is not read, and counts against the container's memory; this is twice the largest request.
     */
    static final int BUFFER_BYTES = 256 << 10;

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
    /** Of handshakes. */
    private int threads;

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
            if (closed || threads >= MAX_THREADS) {
                evicted = guest;
            } else {
                threads++;
                if (handshakes.size() >= MAX_HANDSHAKES) {
                    evicted = crowding(handshakes);
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

    /** The first of those whose address has the most, so that one host can't push out the others. */
    private static Guest crowding(Set<Guest> guests) {
        Map<InetAddress, Integer> counts = new HashMap<InetAddress, Integer>();
        int most = 0;
        for (Guest guest : guests) {
            Integer before = counts.get(guest.address);
            int count = before == null ? 1 : before + 1;
            counts.put(guest.address, count);
            most = Math.max(most, count);
        }
        for (Guest guest : guests) {
            if (counts.get(guest.address) == most) {
                return guest;
            }
        }
        throw new IllegalArgumentException("nobody");
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
                threadEnded();
                guest.closed();
                Acceptor.close(guest.socket);
            }
        }
    }

    private synchronized void threadEnded() {
        threads--;
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
        private final InetAddress address;

        Guest(Socket socket) {
            this.socket = socket;
            this.address = socket.getInetAddress();
        }

        @Override
        public void run() {
            try {
                receive();
            } finally {
                threadEnded();
            }
        }

        private void receive() {
            boolean served = false;
            try {
                Connector server = connector();
                if (server != null) {
                    socket.setTcpNoDelay(true);
                    socket.setSendBufferSize(BUFFER_BYTES);
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
                    evicted = crowding(clients);
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
