package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.ObjectName;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.MBeanServerRequestMessage;
import javax.management.remote.message.NotificationRequestMessage;
import jvmentrypoint.jmxmp.fixture.Peer;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that cost without saying anything wrong: idle, slow, deaf, many. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#few")
class HostileConnectionsIT extends UnderAttack {
    /** Of all that the server cuts off: its deadlines are ten seconds. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120); // a busy machine stands still for seconds

    private final List<Peer> peers = new ArrayList<Peer>();

    HostileConnectionsIT(String home) {
        super(home);
    }

    /** Runs before the check of what is left. */
    @AfterEach
    @Override
    void nothingHappened(TestInfo test) throws Exception {
        for (Peer peer : peers) {
            peer.close();
        }
        super.nothingHappened(test);
    }

    @Test
    void fiveHundredIdle() throws Exception {
        for (int i = 0; i < 500; i++) {
            peers.add(new Peer(service.port()));
            if (i % 50 == 49) {
                serves();
            }
        }
        for (int i = 0; i < 100; i++) {
            peers.add(new Peer(service.port()).establish());
        }
        serves();
        assertTrue(service.state().threads() < 200, "threads");
    }

    /** One byte at a time, of handshakes and of messages; each is cut off although it never falls silent. */
    @Test
    void dripping() throws Exception {
        byte[] handshake = Peer.stream(new HandshakeEndMessage(null, null));
        byte[] request =
                Peer.stream(new MBeanServerRequestMessage(MBeanServerRequestMessage.GET_DOMAINS, new Object[0], null));
        byte[] endless = Arrays.copyOf(request, 1000);
        for (int i = 0; i < 8; i++) {
            peers.add(new Peer(service.port()));
            peers.add(new Peer(service.port()).establish());
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        int open = peers.size();
        for (int at = 0; open > 0; at++) {
            assertTrue(System.nanoTime() < deadline, open + " still open");
            open = 0;
            for (int i = 0; i < peers.size(); i++) {
                byte[] bytes = i % 2 == 0 ? handshake : endless;
                int from = i % 2 == 0 ? 0 : 4;
                open += drip(peers.get(i), bytes[Math.min(from + at, bytes.length - 20)]) ? 1 : 0;
            }
            Thread.sleep(200);
            serves();
        }
    }

    private static boolean drip(Peer peer, byte next) {
        try {
            peer.socket().getOutputStream().write(next);
            return true;
        } catch (IOException e) {
            return false; // cut off
        }
    }

    /** Ask for thread dumps and notifications, and read nothing of them. */
    @Test
    void deaf() throws Exception {
        byte[] dump = dump();
        byte[] fetch = Peer.stream(new NotificationRequestMessage(-1, Integer.MAX_VALUE, 0));
        for (int i = 0; i < 20; i++) {
            Peer peer = new Peer(service.port(), 4096).establish();
            peers.add(peer);
            flood(() -> ask(peer, dump, fetch));
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (Peer peer : peers) {
            while (!peer.socket().isClosed()) { // by the flood, once it can't send any more
                assertTrue(System.nanoTime() < deadline, "never cut off");
                Thread.sleep(100);
                serves();
            }
        }
    }

    private static void ask(Peer peer, byte[] dump, byte[] fetch) {
        try {
            while (true) {
                peer.sendNext(dump);
                peer.sendNext(fetch);
            }
        } catch (IOException e) {
            peer.close();
        }
    }

    private static byte[] dump() throws Exception {
        Object[] parameters = {
            new ObjectName("java.lang:type=Threading"),
            "dumpAllThreads",
            Peer.stream(new Object[] {true, true}),
            new String[] {"boolean", "boolean"}
        };
        return Peer.stream(new MBeanServerRequestMessage(MBeanServerRequestMessage.INVOKE, parameters, null));
    }

    /**
     * Ask for as many dumps as are read at once, leave, and come again: what they asked for must not stay behind. From
     * another address than who means well, or they would push that one out, as is meant; and than other tests listen on, whose
     * ports they would take.
     */
    @Test
    void leaving() throws Exception {
        byte[] dump = dump();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> floods = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            floods.add(flood(() -> comeAndGo(dump, over)));
        }
        servesFor(10);
        over.set(true);
        for (Thread flood : floods) {
            flood.join();
        }
    }

    private void comeAndGo(byte[] dump, AtomicBoolean over) {
        while (!over.get()) {
            try (Peer peer = new Peer(service.port(), 4096, "127.0.0.9").establish()) {
                for (int i = 0; i < 10; i++) {
                    peer.sendNext(dump);
                }
            } catch (IOException | ClassNotFoundException e) {
                continue; // pushed out by the others
            }
        }
    }

    /** As much as a client may ask for, by many at once. */
    @Test
    void greedy() throws Exception {
        List<Thread> floods = new ArrayList<Thread>();
        AtomicReference<String> over = new AtomicReference<String>();
        for (int i = 0; i < 24; i++) {
            Stock client = new Stock(service.port());
            floods.add(flood(() -> ask(client, over)));
        }
        servesFor(5);
        over.compareAndSet(null, "time");
        for (Thread flood : floods) {
            flood.join();
        }
        assertEquals("time", over.get(), "24 clients must not be sent away");
    }

    private static void ask(Stock client, AtomicReference<String> over) {
        Object[] all = {true, true};
        String[] signature = {"boolean", "boolean"};
        try (Stock mine = client) {
            while (over.get() == null) {
                mine.server().invoke(new ObjectName("java.lang:type=Threading"), "dumpAllThreads", all, signature);
            }
        } catch (Exception e) {
            over.compareAndSet(null, e.toString());
        }
    }

    private static Thread flood(Runnable attack) {
        Thread flood = new Thread(attack, "flood");
        flood.setDaemon(true);
        flood.start();
        return flood;
    }

    private void servesFor(int seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            serves();
            Thread.sleep(100);
        }
    }

    @Test
    void garbage() throws Exception {
        Random random = new Random(6);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[1 + random.nextInt(2000)];
            random.nextBytes(bytes);
            if (i % 3 == 0) {
                bytes = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            } else if (i % 3 == 1) { // a message with one byte changed
                bytes = Peer.stream(new HandshakeEndMessage("a context", "an id"));
                bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            Peer peer = i % 2 == 0 ? new Peer(service.port()) : new Peer(service.port()).establish();
            try (Peer closing = peer) {
                closing.socket().getOutputStream().write(bytes);
                closing.socket().shutdownOutput();
                closing.awaitClose();
            } catch (SocketException e) {
                assertTrue(e.getMessage().matches(".*(reset|Broken pipe).*"), e.toString());
            }
        }
    }

    /** At every point of a conversation. */
    @Test
    void earlyResets() throws Exception {
        byte[] handshake = Peer.stream(new HandshakeEndMessage(null, null));
        for (int i = 0; i < 1000; i++) {
            try (Peer peer = new Peer(service.port())) {
                peer.socket().setSoLinger(true, 0);
                if (i % 4 == 1) {
                    peer.socket().getOutputStream().write(handshake, 0, i % handshake.length);
                } else if (i % 4 == 2) {
                    peer.send(handshake);
                } else if (i % 4 == 3) {
                    peer.establish();
                }
            }
        }
    }

    /** How many is set by -Dhostile.connects; 10,000 take 20 seconds. */
    @Test
    void manyConnects() throws Exception {
        for (int i = 0; i < Integer.getInteger("hostile.connects", 2000); i++) {
            new Peer(service.port()).close();
            if (i % 500 == 499) {
                serves();
            }
        }
    }

    /** One host that floods pushes out its own connections only: here 127.0.0.1 is the flood, and 127.0.0.2 stays. */
    @Test
    void aFloodPushesOutItsOwn() throws Exception {
        try (Socket other = new Socket()) {
            other.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
            other.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), service.port()));
            for (int i = 0; i < 60; i++) {
                peers.add(new Peer(service.port()));
            }
            for (int i = 0; i < 40; i++) { // the last sixteen stay
                peers.get(i).awaitClose();
            }
            other.setSoTimeout(1);
            byte[] begin = new byte[4096];
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (System.nanoTime() < end) {
                try {
                    assertTrue(other.getInputStream().read(begin) > 0, "pushed out");
                } catch (SocketTimeoutException e) {
                    continue;
                }
            }
        }
    }
}
