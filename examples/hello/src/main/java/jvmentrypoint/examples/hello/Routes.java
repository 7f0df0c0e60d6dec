package jvmentrypoint.examples.hello;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers each request, counts it and writes its access line: method, path, status, bytes, milliseconds. */
final class Routes implements HttpHandler {
    private static final int LONGEST = 200;

    private final Logger access = LoggerFactory.getLogger(Logs.ACCESS);
    private final Logger log = LoggerFactory.getLogger(Routes.class);
    private final String container = System.getProperty("container.id", "-");
    private final List<String> arguments;
    private final Requests requests;
    private final Statsd statsd;

    Routes(List<String> arguments, Requests requests, Statsd statsd) {
        this.arguments = arguments;
        this.requests = requests;
        this.statsd = statsd;
    }

    /** The finally also runs for an OutOfMemoryError that the JVM was not told to end with: no client hangs on it. */
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath();
        int status = 500;
        long bytes = 0;
        requests.increment();
        statsd.increment("hello.requests");
        try {
            Reply reply = reply(exchange, method);
            status = reply.status();
            bytes = reply.send(exchange);
        } finally {
            exchange.close();
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            access.info("{} {} {} {} {}", cut(method), cut(path), status, bytes, ms);
        }
    }

    /** A peer decides how long its words are, not how long our lines. */
    private static String cut(String word) {
        return word == null || word.length() <= LONGEST ? word : word.substring(0, LONGEST) + "...";
    }

    private Reply reply(HttpExchange exchange, String method) {
        switch (exchange.getRequestURI().getPath()) {
            case "/":
                return Reply.text(200, requests.getGreeting() + " from " + container + "\n");
            case "/check":
                return Reply.text(200, "ok");
            case "/args":
                return Reply.json(arguments);
            case "/jvm":
                return Reply.json(Jvm.describe());
            case "/exit":
                return exit(exchange.getRequestURI().getQuery());
            case "/oom":
                return oom(method);
            default:
                return Reply.text(404, "not here\n");
        }
    }

    private Reply oom(String method) {
        if (method.equals("POST")) {
            log.warn("filling the heap");
            Heap.fill();
        }
        return Reply.text(405, "POST it\n");
    }

    /** Exits on a thread of its own, so that this request still gets its answer from the server's stop. */
    private Reply exit(String query) {
        if (query == null || !query.matches("code=\\d{1,3}")) {
            return Reply.text(400, "/exit?code=N\n");
        }
        int code = Integer.parseInt(query.substring("code=".length()));
        log.info("exiting with {}", code);
        new Thread(() -> System.exit(code), "exit").start();
        return Reply.text(200, "exiting with " + code + "\n");
    }
}
