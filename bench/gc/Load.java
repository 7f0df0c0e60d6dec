import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/**
 * A service as a collector sees it: requests that leave garbage behind, and a
 * cache of small records that live long and are reloaded one by one, which
 * fills the old generation again and again.
 *
 * <p>{@code Load liveMegabytes burst turnoverSeconds seconds rate} fills the
 * cache, so many records with each request. Then it answers requests as fast as
 * it can, for throughput, and at a fixed rate, for latency: a request that a
 * pause delays counts from when it was due, not from when it was begun. Records
 * are reloaded at the same pace all the while. The last line of output is JSON.
 */
public final class Load {
    private static final int THREADS = 4;
    private static final int LOOKUPS = 8;
    private static final String[] FIELDS = {"id", "name", "street", "city", "country", "phone", "mail", "created", "changed", "state"};
    /** What a record takes on a 64-bit JDK 8, with its key and its place in the cache. */
    private static final int RECORD_BYTES = 1300;
    private static final Map<String, String> NONE = new HashMap<>();
    private static final double WARM_UP_SECONDS = 1;

    private final Map<Integer, Map<String, String>> cache = new ConcurrentHashMap<>();
    private final LongAdder sum = new LongAdder();
    private final int records;

    private Load(int records) {
        this.records = records;
    }

    public static void main(String[] args) throws Exception {
        Load load = new Load((int) (Long.parseLong(args[0]) * (1 << 20) / RECORD_BYTES));
        load.fill(Integer.parseInt(args[1]));
        load.reload(Double.parseDouble(args[2]));
        load.flatOut(WARM_UP_SECONDS);
        load.measure(Double.parseDouble(args[3]), Double.parseDouble(args[4]));
    }

    private void fill(int burst) throws InterruptedException {
        together(thread -> {
            for (int key = thread; key < records; key += THREADS) {
                cache.put(key, load(key));
                if (key / THREADS % burst == 0) {
                    answer();
                }
            }
        });
    }

    private void measure(double seconds, double rate) throws Exception {
        long cpu = cpuNanos();
        long old = oldCollector().getCollectionCount();
        long answered = flatOut(seconds);
        long[] took = paced(seconds, rate);
        double cpuMicros = (cpuNanos() - cpu) / 1e3 / (answered + took.length);
        System.out.printf("{\"collector\": \"%s\", \"figures\": {\"throughput\": %.1f, \"cpu\": %.3f, \"p99\": %.3f, \"p999\": %.3f, \"worst\": %.3f,"
                + " \"old\": %d, \"peak\": %.1f}}%n",
                oldCollector().getName(), answered / seconds, cpuMicros, millis(took, 0.99), millis(took, 0.999), millis(took, 1),
                oldCollector().getCollectionCount() - old, peakMegabytes());
    }

    /** Replaces records at random, as many in so many seconds as there are, for as long as the JVM lives. */
    private void reload(double turnoverSeconds) {
        double interval = turnoverSeconds / records * 1e9;
        long began = System.nanoTime();
        Thread thread = new Thread(() -> {
            for (long i = 0; ; i++) {
                int key = ThreadLocalRandom.current().nextInt(records);
                cache.put(key, load(key));
                if (i % 100 == 0) {
                    await(began + (long) (i * interval));
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static Map<String, String> load(int key) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < FIELDS.length; i++) {
            fields.put(FIELDS[i], "value " + key + " of " + i);
        }
        return fields;
    }

    /** Answers requests for so long; how many. */
    private long flatOut(double seconds) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        LongAdder requests = new LongAdder();
        together(thread -> {
            while (System.nanoTime() < end) {
                answer();
                requests.increment();
            }
        });
        return requests.sum();
    }

    /** Answers requests as they are due; how many nanoseconds after that each was answered, in order of size. */
    private long[] paced(double seconds, double rate) throws InterruptedException {
        int each = (int) (seconds * rate / THREADS);
        double interval = THREADS / rate * 1e9;
        long[] took = new long[THREADS * each];
        long began = System.nanoTime();
        together(thread -> {
            for (int i = 0; i < each; i++) {
                long due = began + (long) ((i + thread / (double) THREADS) * interval);
                await(due);
                answer();
                took[thread * each + i] = System.nanoTime() - due;
            }
        });
        Arrays.sort(took);
        return took;
    }

    private static void await(long due) {
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
            LockSupport.parkNanos(due - now);
        }
    }

    private interface Work {
        void run(int thread);
    }

    private static void together(Work work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread thread = new Thread(() -> work.run(number));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** One request: some records looked up, put into an answer, encoded and summed up. */
    private void answer() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LOOKUPS; i++) {
            int key = ThreadLocalRandom.current().nextInt(records);
            for (Map.Entry<String, String> field : cache.getOrDefault(key, NONE).entrySet()) {
                text.append(field.getKey()).append('=').append(field.getValue()).append('\n');
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        sum.add(crc.getValue());
    }

    private static double millis(long[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** HotSpot lists the young generation's collector first. */
    private static GarbageCollectorMXBean oldCollector() {
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        return collectors.get(collectors.size() - 1);
    }

    private static double peakMegabytes() throws IOException {
        for (String line : Files.readAllLines(Paths.get("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Integer.parseInt(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        return 0;
    }
}
