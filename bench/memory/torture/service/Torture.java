import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import unit.Unit;

/**
 * A service that uses all that it may: it loads every class of its jar, touches direct memory, fills its heap with live
 * data to 85%, and then keeps all of its threads busy with requests that go through deep stacks, leave garbage behind
 * and replace live data. It answers HTTP on port 8080 all the while, and ends after the given time.
 *
 * <p>{@code Torture threads direct-megabytes seconds mode}: in mode {@code churn} that is all. The other modes take one
 * more thing without end, as a leak does: {@code heap}, {@code metaspace}, {@code direct} or {@code threads}.
 */
public final class Torture {
    private static final double LIVE = 0.85;
    private static final int PORT = 8080;
    /** Every so many threads have a stack that is five times as deep as the others'. */
    private static final int DEEP = 20;
    private static final int FRAMES = 300;
    /** For the JIT compiler, before the collector takes most of the processors. */
    private static final int WARM_UP_MILLIS = 3000;
    private static final int RECORD_BYTES = 1200;

    private final AtomicLong requests = new AtomicLong();
    private final List<Object> kept = new ArrayList<>();
    private final List<Unit> units = new ArrayList<>();
    private volatile AtomicReferenceArray<Map<String, Object>> live = records(100);
    /** Requests hold it together; filling the heap holds it alone. */
    private final ReadWriteLock turn = new ReentrantReadWriteLock();

    private Torture() {}

    public static void main(String[] arguments) throws Exception {
        Torture torture = new Torture();
        torture.answer();
        torture.start(classes(Torture.class.getClassLoader()));
        torture.touch(Integer.parseInt(arguments[1]));
        torture.work(Integer.parseInt(arguments[0]));
        Thread.sleep(WARM_UP_MILLIS);
        torture.fill();
        say("ready");
        Thread.sleep(2000);
        torture.leak(arguments[3]);
        Thread.sleep((long) (1000 * Double.parseDouble(arguments[2])) - 2000);
        say("done " + torture.requests);
        System.exit(0);
    }

    private static void say(String text) {
        System.out.printf("%s: heap %d of %d MiB, classes %d%n", text, used() >> 20, Runtime.getRuntime().maxMemory() >> 20,
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long usedByLiving() {
        System.gc();
        System.gc(); // what the first one only found unreachable
        return used();
    }

    private void answer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(PORT), 0);
        server.createContext("/", exchange -> {
            byte[] text = (requests + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }

    /** Loads all of the units that there are, each with the classes inside of it. */
    private static List<Class<?>> classes(ClassLoader loader) throws ClassNotFoundException {
        List<Class<?>> units = new ArrayList<>();
        for (int i = 0; loader.getResource("unit/U" + i + ".class") != null; i++) {
            Class<?> unit = Class.forName("unit.U" + i, true, loader);
            for (Class<?> inner : unit.getDeclaredClasses()) {
                Class.forName(inner.getName(), true, loader);
            }
            units.add(unit);
        }
        return units;
    }

    private void start(List<Class<?>> classes) throws ReflectiveOperationException {
        for (Class<?> unit : classes) {
            units.add((Unit) unit.getDeclaredConstructor().newInstance());
            units.get(units.size() - 1).work(units.size());
        }
    }

    private void touch(int megabytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(megabytes << 20);
        for (int i = 0; i < buffer.capacity(); i += 1024) {
            buffer.put(i, (byte) 1);
        }
        kept.add(buffer);
    }

    /** Fills the heap with as many records as a sample of them says that fit. Requests wait meanwhile. */
    private void fill() {
        turn.writeLock().lock();
        long max = Runtime.getRuntime().maxMemory();
        long before = usedByLiving();
        int count = (int) ((LIVE * max - before) / recordBytes(before, (int) (max / 4 / RECORD_BYTES)));
        live = records(count);
        turn.writeLock().unlock();
    }

    /** What a record of a sample takes, which is garbage afterwards. */
    private static double recordBytes(long before, int sample) {
        AtomicReferenceArray<Map<String, Object>> records = records(sample);
        return (usedByLiving() - before) / (double) records.length();
    }

    private static AtomicReferenceArray<Map<String, Object>> records(int count) {
        AtomicReferenceArray<Map<String, Object>> records = new AtomicReferenceArray<>(count);
        for (int i = 0; i < count; i++) {
            records.set(i, record(i));
        }
        return records;
    }

    /** A record as a cache holds them: a map, a few strings, some bytes. */
    private static Map<String, Object> record(int number) {
        Map<String, Object> record = new HashMap<>();
        record.put("id", "record-" + number);
        record.put("number", (long) number);
        record.put("state", number % 2 == 0 ? "new" : "changed");
        record.put("body", new byte[ThreadLocalRandom.current().nextInt(100, 1500)]);
        return record;
    }

    private void work(int threads) {
        for (int i = 0; i < threads; i++) {
            int frames = i % DEEP == DEEP - 1 ? 5 * FRAMES : FRAMES;
            new Thread(() -> requests(frames), "worker-" + i).start();
        }
    }

    private void requests(int frames) {
        while (true) {
            turn.readLock().lock();
            try {
                new Request(frames).proceed();
            } finally {
                turn.readLock().unlock();
            }
            requests.incrementAndGet();
        }
    }

    /** A request goes through units one inside of the other, as through filters, and then to the records. */
    private final class Request implements Unit.Chain {
        private int framesLeft;
        private int at = ThreadLocalRandom.current().nextInt(units.size());

        Request(int frames) {
            framesLeft = frames;
        }

        @Override
        public long proceed() {
            framesLeft -= 2; // this one, and the unit's
            if (framesLeft > 0) {
                at = (at + 1) % units.size();
                return units.get(at).handle(this, framesLeft);
            }
            AtomicReferenceArray<Map<String, Object>> records = live;
            int number = ThreadLocalRandom.current().nextInt(records.length());
            Map<String, Object> old = records.getAndSet(number, record(number));
            return old.toString().length();
        }
    }

    private void leak(String mode) throws Exception {
        for (long i = 0; !mode.equals("churn"); i++) {
            switch (mode) {
                case "heap":
                    kept.add(record((int) i));
                    break;
                case "metaspace":
                    URL jar = new File(System.getProperty("java.class.path")).toURI().toURL();
                    kept.add(classes(new URLClassLoader(new URL[] {jar}, null)));
                    break;
                case "direct":
                    touch(1);
                    break;
                case "threads":
                    work(1);
                    break;
                default:
                    throw new IllegalArgumentException(mode);
            }
        }
    }
}
