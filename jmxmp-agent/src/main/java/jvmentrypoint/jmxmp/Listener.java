package jvmentrypoint.jmxmp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;

/** Binds the sockets and accepts on a thread for each; runs once, on a daemon thread, beside the service's start. */
final class Listener implements Runnable {
    /** Connections that the kernel keeps while we are busy. When it can keep no more, a client waits a second before it asks again. */
    private static final int BACKLOG = 256;

    private final Arguments arguments;
    private final Report report;
    private final Reception reception;
    private final List<ServerSocket> sockets = new ArrayList<ServerSocket>();
    /** The JVM ends; a socket bound after its hook ran would hold up the exit. Guarded by sockets. */
    private boolean ended;

    Listener(Arguments arguments, Report report) {
        this.arguments = arguments;
        this.report = report;
        this.reception = new Reception(report, arguments);
    }

    @Override
    public void run() {
        try {
            if (hasManagement()) {
                listen();
            } else {
                report.say("no module java.management in this JVM (add it, or attach no agent);"
                        + " the service runs on without JMXMP");
            }
        } catch (Throwable e) { // out of threads or memory, say; the service's own handlers are not for us to call
            closeAll();
            report.say("not listening: " + e + "; the service runs on without JMXMP");
        }
    }

    /** A trimmed runtime may lack it, and then every client would be sent away. */
    private static boolean hasManagement() {
        try {
            Class.forName("java.lang.management.ManagementFactory", false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private void listen() {
        String unreadable = arguments.protection().unreadable();
        if (unreadable != null) {
            report.say(unreadable + "; the service runs on without JMXMP");
            return;
        }
        if (!closeAtExit()) {
            return;
        }
        int port = arguments.port();
        for (InetAddress address : addresses()) {
            ServerSocket socket = isFit(address) ? bind(address, port) : null;
            if (socket != null) {
                port = socket.getLocalPort(); // one free port for all addresses
            }
        }
        acceptAll();
    }

    /** A thread blocked in accept() or read() would delay the JVM's exit by 300 ms. False: it is already on its way out. */
    private boolean closeAtExit() {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread("jmxmp-close") {
                @Override
                public void run() {
                    closeAll();
                }
            });
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** On a thread for each socket; ours is the first one's, since a thread costs the service's start some memory. */
    private void acceptAll() {
        Acceptor ours = null;
        List<String> names = new ArrayList<String>();
        synchronized (sockets) {
            for (ServerSocket socket : sockets) {
                if (ended) {
                    return;
                }
                String name = Addresses.text(socket.getInetAddress(), socket.getLocalPort());
                Acceptor acceptor = new Acceptor(socket, reception, report);
                if (ours == null) {
                    ours = acceptor;
                    Thread.currentThread().setName("jmxmp-accept-" + name);
                } else {
                    Thread thread = new Thread(acceptor, "jmxmp-accept-" + name);
                    thread.setDaemon(true);
                    thread.start();
                }
                names.add(name);
            }
        }
        for (String name : names) { // outside of the lock: stderr may block, and the JVM's end wants the lock
            if (arguments.logging() || arguments.port() == 0) {
                report.say("listening on " + name);
            }
        }
        if (ours != null) {
            ours.run();
        }
    }

    /** The article's properties may ask for more than the entrypoint has checked. */
    private boolean isFit(InetAddress address) {
        boolean fit = address.isLoopbackAddress() || arguments.protection().isFitForNetworks();
        if (!fit) {
            report.say(Addresses.text(address, arguments.port())
                    + ": not listened on: full access needs TLS and a password there, or insecure=true");
        }
        return fit;
    }

    private ServerSocket bind(InetAddress address, int port) {
        String where = Addresses.text(address, port);
        ServerSocket socket = null;
        try {
            socket = new ServerSocket();
            synchronized (sockets) {
                if (ended) {
                    return null;
                }
                sockets.add(socket); // before it is bound: the hook may run at any time
            }
            socket.setReceiveBufferSize(Reception.BUFFER_BYTES); // before bind, or it holds for nobody
            socket.bind(new InetSocketAddress(address, port), BACKLOG);
            return socket;
        } catch (IOException e) {
            if (socket == null || !socket.isClosed()) {
                report.say(where + ": " + cause(e) + " (choose another port or bind; the service runs on without it)");
            }
        }
        synchronized (sockets) {
            sockets.remove(socket);
        }
        return null;
    }

    /** The JDK's text without what differs between its versions: "Address already in use (Bind failed)" on 8. */
    private static String cause(IOException e) {
        String message = String.valueOf(e.getMessage());
        int extra = message.indexOf(" (");
        return (extra < 0 ? message : message.substring(0, extra)).toLowerCase(java.util.Locale.ROOT);
    }

    /** Each address once; a wildcard makes the others superfluous, and binding them as well would fail. */
    private List<InetAddress> addresses() {
        List<InetAddress> result = new ArrayList<InetAddress>();
        for (String host : arguments.binds()) {
            try {
                add(result, InetAddress.getByName(host));
            } catch (IOException e) {
                report.say("bind " + host + ": unknown host (use an address; the service runs on without it)");
            }
        }
        if (arguments.eth0()) {
            addEth0(result);
        }
        List<InetAddress> wildcards = new ArrayList<InetAddress>();
        for (InetAddress address : result) {
            if (address.isAnyLocalAddress()) {
                wildcards.add(address);
            }
        }
        return wildcards.isEmpty() ? result : wildcards;
    }

    private static void add(List<InetAddress> addresses, InetAddress address) {
        if (!addresses.contains(address)) {
            addresses.add(address);
        }
    }

    private void addEth0(List<InetAddress> result) {
        try {
            NetworkInterface eth0 = NetworkInterface.getByName("eth0");
            Enumeration<InetAddress> all = eth0 == null ? null : eth0.getInetAddresses();
            while (all != null && all.hasMoreElements()) {
                InetAddress address = all.nextElement();
                if (address instanceof Inet4Address) {
                    add(result, address);
                    return;
                }
            }
            report.say("eth0: no such interface or no IPv4 address (set " + Arguments.BIND_ETH0
                    + "=false, or bind=ADDRESS)");
        } catch (IOException e) {
            report.say("eth0: " + e.getMessage() + " (set " + Arguments.BIND_ETH0 + "=false, or bind=ADDRESS)");
        }
    }

    private void closeAll() {
        synchronized (sockets) {
            ended = true;
            for (ServerSocket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    continue; // the JVM's exit closes it anyway
                }
            }
        }
        reception.close();
    }
}
