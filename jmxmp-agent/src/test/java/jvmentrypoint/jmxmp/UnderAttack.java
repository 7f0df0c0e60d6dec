package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import jvmentrypoint.jmxmp.fixture.Child;
import jvmentrypoint.jmxmp.fixture.SideEffect;
import jvmentrypoint.jmxmp.fixture.State;
import jvmentrypoint.jmxmp.fixture.Stock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service with 64 MB and work to do. After each test nothing of the attacker's has run, nothing was said, no thread, file or
 * memory is lost, the heap was never full, the work was done in time, and the next client is served.
 */
abstract class UnderAttack {
    private static final long QUIET_MILLIS = 500;
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** Caches of the JDK and code that ran for the first time; the heap is 64 MB. */
    private static final long HEAP_KILOBYTES = 6 << 10;
    /** The JVM's own: a collector's, a timer's. */
    private static final int SPARE_THREADS = 2;
    /** Gross harm only: the machine that tests may be busy with other things. */
    private static final long LATE_MICROS = TimeUnit.SECONDS.toMicros(2);

    final String home;
    Child service;
    SideEffect attack;
    private File trace;
    private State quiet;
    private int files;

    @TempDir
    Path folder;

    UnderAttack(String home) {
        this.home = home;
    }

    @BeforeEach
    void start() throws Exception {
        trace = folder.resolve("executed").toFile();
        attack = new SideEffect(trace.getPath());
        service = Child.service(home, "port=0", Arrays.asList("-XX:+ExitOnOutOfMemoryError"), "0", "pulse")
                .awaitReady();
        serves();
        service.state();
        Thread.sleep(QUIET_MILLIS); // the length of a measurement, not a wait for something
        quiet = service.state();
        files = quiet.files();
    }

    @AfterEach
    void nothingHappened(TestInfo test) throws Exception {
        try (Child ending = service) {
            State attacked = ending.state();
            serves();
            State after = settled();
            System.out.println(test.getTestMethod().get().getName() + " on " + home + "\n  quiet   " + quiet
                    + "\n  attack  " + attacked + "\n  after   " + after);
            assertTrue(after.threads() <= quiet.threads() + SPARE_THREADS, "threads: " + after + ", before " + quiet);
            int open = settledFiles(after);
            assertTrue(open <= files, "files: " + open + ", before " + files);
            assertTrue(after.heapKilobytes() <= quiet.heapKilobytes() + HEAP_KILOBYTES, "heap: " + after);
            assertTrue(attacked.p99Micros() < LATE_MICROS, "latency: " + attacked);
            assertEquals(0, ending.end());
            assertFalse(trace.exists(), "the attacker's code ran");
            assertEquals(1, ending.err().size(), "only where it listens: " + ending.err());
        }
    }

    final File trace() {
        return trace;
    }

    /**
     * As somebody else, who means well. Where the machine is so busy that the whole service stands still for seconds, its
     * deadline for a greeting may pass meanwhile: that client asks again, as people do.
     */
    final void serves() throws Exception {
        try {
            ask();
        } catch (IOException e) {
            ask();
        }
    }

    private void ask() throws Exception {
        try (Stock client = new Stock(service.port())) {
            assertEquals(42, client.server().getAttribute(new ObjectName("shop:type=Orders"), "Open"));
        }
    }

    private State settled() throws Exception {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        State state = service.state();
        while (System.nanoTime() < deadline && state.threads() > quiet.threads() + SPARE_THREADS) {
            Thread.sleep(200);
            state = service.state();
        }
        return state;
    }

    /** How many are open in the end: the JVM itself opens one for a moment now and then. */
    private int settledFiles(State state) throws Exception {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        int open = state.files();
        while (System.nanoTime() < deadline && open > files) {
            Thread.sleep(200);
            open = state.files();
        }
        return open;
    }
}
