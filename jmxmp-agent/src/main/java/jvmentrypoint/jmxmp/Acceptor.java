package jvmentrypoint.jmxmp;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** Takes connections from one listening socket and hands each on at once, so that none can hold up the next. */
final class Acceptor implements Runnable {
    /** Pause after a failed accept (out of file descriptors, mostly), or the loop would burn a processor. */
    private static final long PAUSE_MILLIS = 1000;

    private final ServerSocket server;
    private final Reception reception;
    private final Report report;

    Acceptor(ServerSocket server, Reception reception, Report report) {
        this.server = server;
        this.reception = reception;
        this.report = report;
    }

    @Override
    public void run() {
        boolean said = false;
        while (!server.isClosed()) {
            try {
                reception.admit(server.accept());
                said = false;
            } catch (Throwable e) { // OutOfMemoryError, too: the next connection may find things better
                if (server.isClosed()) {
                    return;
                }
                if (!said) {
                    said = true;
                    report.say("accept: " + e + " (connections wait; the service runs on)");
                }
                pause();
            }
        }
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // gone either way
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            return; // nobody interrupts this thread; if somebody does, the loop simply goes on
        }
    }
}
