package jvmentrypoint.examples.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a peer makes a service log is bounded. */
class LogsTest {
    private static final String FILE = "log.access.output";
    private static final int LINE = 10_000;

    private final LoggerContext context = new LoggerContext();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        context.stop();
        System.clearProperty(FILE);
    }

    @Test
    void aFloodTakesBoundedRoomAndTheFileKeepsItsName() throws Exception {
        Path log = folder.resolve("access.log");
        System.setProperty(FILE, log.toString());
        context.setMDCAdapter(new LogbackMDCAdapter()); // as slf4j does for a service
        Logs logs = new Logs();
        logs.setContext(context);
        logs.configure(context);
        Logger access = context.getLogger(Logs.ACCESS);
        String line = String.join("", Collections.nCopies(LINE, "x"));
        for (int written = 0; written < 2 * Logs.FULL * (1 + Logs.KEPT); written += LINE) {
            access.info(line);
        }
        access.info("the last");
        assertTrue(new String(Files.readAllBytes(log), StandardCharsets.UTF_8).endsWith(" the last\n"));
        assertEquals(1 + Logs.KEPT, folder.toFile().list().length);
        for (String name : folder.toFile().list()) {
            assertTrue(Files.size(folder.resolve(name)) < Logs.FULL + 2 * LINE, name);
        }
    }
}
