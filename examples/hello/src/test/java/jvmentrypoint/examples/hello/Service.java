package jvmentrypoint.examples.hello;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built jar in a JVM of its own, on a free port. */
final class Service implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final Pattern LISTENING = Pattern.compile("(?m)^hello: listening on port (\\d+)$");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path output;
    private final Process process;

    private Service(Path output, Process process) {
        this.output = output;
        this.process = process;
    }

    /** Options first, then application arguments after "--"; stdout and stderr go to one file in the folder. */
    static Service start(Path folder, String... words) throws IOException {
        List<String> options = Arrays.asList(words);
        int end = options.contains("--") ? options.indexOf("--") : words.length;
        List<String> command = new ArrayList<>(List.of(System.getProperty("service.java")));
        command.addAll(options.subList(0, end));
        command.addAll(List.of("-jar", System.getProperty("service.jar"), "--server.port=0"));
        command.addAll(options.subList(Math.min(end + 1, words.length), words.length));
        File output = Files.createTempFile(folder, "output", ".txt").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        return new Service(output.toPath(), builder.start());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    HttpResponse<String> send(String method, String path) throws Exception {
        Matcher listening =
                LISTENING.matcher(outputWhen(text -> LISTENING.matcher(text).find()));
        assertTrue(listening.find());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + listening.group(1) + path))
                .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    String outputWhen(Predicate<String> complete) throws Exception {
        return textWhen(output, complete);
    }

    /** The file's text as soon as it is complete; at the deadline as it is, for the caller's assertion to show. */
    static String textWhen(Path file, Predicate<String> complete) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String text = Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
            if (complete.test(text) || System.nanoTime() > deadline) {
                return text;
            }
            Thread.sleep(20);
        }
    }

    long pid() {
        return process.pid();
    }

    void terminate() {
        process.destroy();
    }

    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still running");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
