package jvmentrypoint.examples.hello;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that shows what it was started with, so that people and tests see what the entrypoint did. It tells
 * anyone its JVM options, and lets anyone end it: an example for a closed network, not a pattern for a public one.
 */
public final class Hello {
    private static final String PORT = "--server.port=";

    private Hello() {}

    public static void main(String[] args) throws JMException {
        List<String> arguments = Collections.unmodifiableList(Arrays.asList(args));
        Requests requests = new Requests(System.getProperty("greeting", "hello"));
        ManagementFactory.getPlatformMBeanServer().registerMBean(requests, new ObjectName(Requests.NAME));
        try {
            serve(new Routes(arguments, requests, Statsd.fromSystemProperties()), port(arguments));
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("hello: " + e.getMessage());
            System.exit(1);
        }
        if (arguments.contains("--oom")) {
            Heap.fill();
        }
    }

    private static void serve(Routes routes, int port) throws IOException {
        Logger log = LoggerFactory.getLogger(Hello.class);
        Server server = Server.start(port, routes);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.stop();
                            log.info("bye");
                            System.out.println("bye");
                        },
                        "bye"));
        log.info("listening on port {}", server.port());
        System.out.println("hello: listening on port " + server.port());
    }

    /** The last one wins, as with most frameworks; an argument that isn't known is none of our business. */
    private static int port(List<String> arguments) {
        String port = "8080";
        for (String argument : arguments) {
            if (argument.startsWith(PORT)) {
                port = argument.substring(PORT.length());
            }
        }
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(PORT + port + " is not a port (use 0 to 65535)");
        }
        return Integer.parseInt(port);
    }
}
