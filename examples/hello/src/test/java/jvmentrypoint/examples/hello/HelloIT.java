package jvmentrypoint.examples.hello;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README of the examples and the project's own end-to-end tests rely on, tried on the built jar. */
class HelloIT {
    private static final String[] OOM = {"-Xmx32m", "-XX:+ExitOnOutOfMemoryError"};

    @TempDir
    Path folder;

    @Test
    void answers() throws Exception {
        try (Service service = Service.start(folder, "-Dcontainer.id=abc", "-Dgreeting=moin")) {
            assertEquals("moin from abc\n", service.get("/").body());
            assertEquals("ok", service.get("/check").body());
            assertEquals(404, service.get("/checks").statusCode());
            assertEquals(405, service.get("/oom").statusCode());
            assertEquals(400, service.get("/exit?code=x").statusCode());
            assertEquals("", service.send("HEAD", "/").body());
        }
    }

    @Test
    void argumentsArriveUntouched() throws Exception {
        try (Service service = Service.start(folder, "--", "", "two words", "--dry-run", "a\"b\\c\nd", "ü")) {
            HttpResponse<String> answer = service.get("/args");
            assertEquals(
                    "[\"--server.port=0\",\"\",\"two words\",\"--dry-run\",\"a\\\"b\\\\c\\u000ad\",\"ü\"]\n",
                    answer.body());
            assertEquals(
                    "application/json",
                    answer.headers().firstValue("Content-Type").orElse(""));
        }
    }

    @Test
    void jvmShowsOptionsAndOnlyThePropertiesMeant() throws Exception {
        try (Service service = Service.start(folder, "-Xmx64m", "-Dhostname=h", "-Dlog.x=1", "-Dpassword=p")) {
            String jvm = service.get("/jvm").body();
            assertTrue(jvm.contains("\"inputArguments\":[\"-Xmx64m\",\"-Dhostname=h\""), jvm);
            assertTrue(jvm.contains("\"properties\":{\"hostname\":\"h\",\"log.x\":\"1\"}"), jvm);
            assertTrue(jvm.contains("\"pid\":" + service.pid() + ","), jvm);
            assertTrue(jvm.contains("\"javaVersion\":\""), jvm);
        }
    }

    @Test
    void logLinesCarryTheContainerId() throws Exception {
        Path log = folder.resolve("made/service.log");
        Path access = folder.resolve("made/access.log");
        try (Service service = Service.start(
                folder, "-Dcontainer.id=abc", "-Dlog.service.output=" + log, "-Dlog.access.output=" + access)) {
            service.get("/check?x");
            String line = Service.textWhen(access, text -> text.endsWith("\n"));
            assertTrue(line.matches("\\S+ abc GET /check 200 2 \\d+\n"), line);
            assertTrue(text(log).matches("\\S+ abc INFO Hello listening on port \\d+\n"), text(log));
        }
    }

    @Test
    void aLongPathIsCutInTheLog() throws Exception {
        Path access = folder.resolve("access.log");
        try (Service service = Service.start(folder, "-Dlog.access.output=" + access)) {
            service.get("/" + String.join("", Collections.nCopies(5000, "x")));
            String line = Service.textWhen(access, text -> text.endsWith("\n"));
            assertTrue(line.matches("\\S+ - GET /x{199}\\.\\.\\. 404 9 \\d+\n"), line);
        }
    }

    @Test
    void withoutFilesTheLogsGoToStdout() throws Exception {
        try (Service service = Service.start(folder)) {
            service.get("/check");
            String output = service.outputWhen(text -> text.contains("/check"));
            assertTrue(output.contains(" - GET /check 200 2 "), output);
            assertTrue(output.contains(" - INFO Hello listening "), output);
        }
    }

    @Test
    void aLogThatCannotBeOpenedIsOneLine() throws Exception {
        try (Service service = Service.start(folder, "-Dlog.service.output=/dev/null/service.log")) {
            assertEquals(200, service.get("/check").statusCode());
            String output = service.outputWhen(text -> text.contains("/check"));
            assertTrue(output.startsWith("hello: log.service.output /dev/null/service.log can't be written"), output);
            assertEquals(4, output.split("\n").length, output); // that, the log, listening, the access line
        }
    }

    @Test
    void countsToTheAgentWithTags() throws Exception {
        assertEquals("hello.requests:1|c|#application:hello", packet("-Ddatadog.defaultTags=application:hello"));
    }

    @Test
    void countsToTheAgentWithoutTags() throws Exception {
        assertEquals("hello.requests:1|c", packet("-Ddatadog.defaultTags="));
    }

    @Test
    void anUnknownAgentDisturbsNobody() throws Exception {
        try (Service service = Service.start(folder, "-Ddatadog.host=agent.invalid", "-Ddatadog.port=99999999")) {
            assertEquals(200, service.get("/check").statusCode());
            assertEquals(200, service.get("/check").statusCode());
            assertFalse(output(service).contains("Exception"));
        }
    }

    @Test
    void terminationIsGraceful() throws Exception {
        Path log = folder.resolve("service.log");
        try (Service service = Service.start(folder, "-Dlog.service.output=" + log)) {
            service.get("/check");
            service.terminate();
            assertEquals(143, service.exitCode());
            assertTrue(output(service).endsWith("\nbye\n"));
            assertTrue(text(log).endsWith(" - INFO Hello bye\n"), text(log));
        }
    }

    @Test
    void exitsWithTheCodeAskedForAfterAnswering() throws Exception {
        try (Service service = Service.start(folder)) {
            assertEquals("exiting with 7\n", service.get("/exit?code=7").body());
            assertEquals(7, service.exitCode());
        }
    }

    @Test
    void runsOutOfHeapOnARequest() throws Exception {
        try (Service service = Service.start(folder, OOM)) {
            assertThrows(IOException.class, () -> service.send("POST", "/oom"));
            assertEquals(3, service.exitCode());
        }
    }

    @Test
    void runsOutOfHeapAtStart() throws Exception {
        try (Service service = Service.start(folder, OOM[0], OOM[1], "--", "--oom")) {
            assertEquals(3, service.exitCode());
        }
    }

    @Test
    void withoutTheOptionItLivesOn() throws Exception {
        try (Service service = Service.start(folder, OOM[0])) {
            assertThrows(IOException.class, () -> service.send("POST", "/oom"));
            assertEquals(200, service.get("/check").statusCode());
        }
    }

    @Test
    void aWrongPortIsOneLine() throws Exception {
        try (Service service = Service.start(folder, "--", "--server.port=http")) {
            assertEquals(1, service.exitCode());
            assertEquals("hello: --server.port=http is not a port (use 0 to 65535)\n", output(service));
        }
    }

    @Test
    void aTakenPortIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0);
                Service service = Service.start(folder, "--", "--server.port=" + taken.getLocalPort())) {
            assertEquals(1, service.exitCode());
            assertTrue(output(service).startsWith("hello: port " + taken.getLocalPort() + ": "), output(service));
        }
    }

    @Test
    void theJarHoldsTheLicencesOfWhatItBundles() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("service.jar"))) {
            assertAll(
                    () -> assertNotNull(jar.getEntry("META-INF/licenses/logback.txt")),
                    () -> assertNotNull(jar.getEntry("META-INF/licenses/slf4j.txt")));
        }
    }

    private String packet(String option) throws Exception {
        try (DatagramSocket agent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Service service = Service.start(
                        folder, option, "-Ddatadog.host=127.0.0.1", "-Ddatadog.port=" + agent.getLocalPort())) {
            service.get("/check");
            DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
            agent.setSoTimeout(10_000);
            agent.receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        }
    }

    private static String output(Service service) throws Exception {
        return service.outputWhen(text -> true);
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
