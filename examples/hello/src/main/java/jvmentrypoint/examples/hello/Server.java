package jvmentrypoint.examples.hello;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The JDK's HTTP server on all addresses, stopped only after the requests in progress have their answers. */
final class Server {
    private static final int THREADS = 16;
    private static final int GRACE_SECONDS = 5;

    private final HttpServer http;
    private final ThreadPoolExecutor threads;

    private Server(HttpServer http, ThreadPoolExecutor threads) {
        this.http = http;
        this.threads = threads;
    }

    static Server start(int port, HttpHandler handler) throws IOException {
        HttpServer http = listen(port);
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        // what arrives while we stop is closed with the server, without a stack trace for each
        threads.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        http.setExecutor(threads);
        http.createContext("/", handler);
        http.start();
        return new Server(http, threads);
    }

    private static HttpServer listen(int port) throws IOException {
        // head and body go out in two packets: with Nagle's algorithm each answer on a kept connection takes 40 ms
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            return HttpServer.create(new InetSocketAddress(port), 0);
        } catch (BindException e) {
            throw new IOException("port " + port + ": " + e.getMessage(), e);
        }
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** HttpServer.stop(n) sleeps its n seconds even when nothing is in progress: so wait for our own threads. */
    void stop() {
        threads.shutdown();
        try {
            threads.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.stop(0);
    }
}
