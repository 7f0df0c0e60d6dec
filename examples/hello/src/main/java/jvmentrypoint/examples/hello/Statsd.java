package jvmentrypoint.examples.hello;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Counters for the host's DogStatsD agent. The host is looked up for every packet, since the JVM caches that
 * (sun.net.inetaddr.ttl) and the agent may move; as a look-up can take seconds, all of it happens on a thread of
 * its own, and a full queue drops counters rather than keeping a request waiting.
 */
final class Statsd {
    private static final int QUEUE = 1000;

    private final String host;
    private final int port;
    private final String suffix;
    private final Executor sender;

    Statsd(String host, int port, String tags) {
        this.host = host;
        this.port = port;
        this.suffix = ":1|c" + (tags.isEmpty() ? "" : "|#" + tags);
        this.sender = host.isEmpty() ? packet -> {} : oneThread();
    }

    static Statsd fromSystemProperties() {
        return new Statsd(
                System.getProperty("datadog.host", ""),
                Integer.getInteger("datadog.port", 8125),
                System.getProperty("datadog.defaultTags", ""));
    }

    void increment(String counter) {
        sender.execute(() -> send(counter + suffix));
    }

    private void send(String metric) {
        byte[] bytes = metric.getBytes(StandardCharsets.UTF_8);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(host), port));
        } catch (IOException | RuntimeException e) {
            // a metric that can't be sent is lost, as UDP may lose it anyway
        }
    }

    private static Executor oneThread() {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                task -> {
                    Thread thread = new Thread(task, "statsd");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }
}
