package jvmentrypoint.examples.hello;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What is answered, complete before the first byte goes out, so that the length and the log line are true. */
final class Reply {
    private final int status;
    private final String type;
    private final byte[] body;

    private Reply(int status, String type, String body) {
        this.status = status;
        this.type = type;
        this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    static Reply text(int status, String body) {
        return new Reply(status, "text/plain; charset=utf-8", body);
    }

    static Reply json(Object value) {
        return new Reply(200, "application/json", Json.of(value) + "\n");
    }

    int status() {
        return status;
    }

    /** Returns the bytes of body sent: none for HEAD, where the JDK's server wants -1 and no body. */
    long send(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return 0;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        return body.length;
    }
}
