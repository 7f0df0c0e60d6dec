package jvmentrypoint.jmxmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamConstants;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import javax.management.remote.message.HandshakeEndMessage;
import javax.management.remote.message.TLSMessage;
import javax.net.ssl.SSLSocket;
import jvmentrypoint.jmxmp.fixture.Certificates;
import jvmentrypoint.jmxmp.fixture.Child;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that take their time inside TLS, where no time-out of a socket ends what they began. */
@ParameterizedClass
@MethodSource("jvmentrypoint.jmxmp.fixture.Jdks#few")
class TlsDrippingIT {
    @TempDir
    static Path folder;

    private static Certificates certificates;

    private final String home;
    private Child service;

    TlsDrippingIT(String home) {
        this.home = home;
    }

    @BeforeAll
    static void issue() throws Exception {
        certificates = new Certificates(folder).issue("server", "EC", "san=ip:127.0.0.1", "-1H");
    }

    @BeforeEach
    void start() throws Exception {
        service = Child.service(
                        home, "port=0," + certificates.pemSettings("server"), Collections.<String>emptyList(), "0")
                .awaitReady();
    }

    @AfterEach
    void end() throws Exception {
        try (Child ending = service) {
            assertEquals(0, ending.end());
        }
    }

    /** A record of TLS that comes byte by byte: no time-out of the socket ends it. */
    @Test
    void drippingHandshakeIsCutOff() throws Exception {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), service.port())) {
            ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
            out.writeObject(new TLSMessage(TLSMessage.READY));
            out.flush();
            ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
            in.readObject();
            assertEquals(
                    TLSMessage.PROCEED, ((TLSMessage) in.readObject()).getStatus()); // what came before would be lost
            long begin = System.nanoTime();
            socket.getOutputStream().write(new byte[] {22, 3, 3, 0x10, 0}); // a handshake of 4096 bytes
            assertThrows(SocketException.class, () -> {
                while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(40)) {
                    socket.getOutputStream().write(1);
                    Thread.sleep(200);
                }
            });
        }
    }

    /** The same once the handshake is done: the rest of a message comes byte by byte, in one record. */
    @Test
    void drippingMessageIsCutOff() throws Exception {
        try (DrippingSocket socket = new DrippingSocket(service.port())) {
            ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
            out.writeObject(new TLSMessage(TLSMessage.READY));
            out.flush();
            ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
            in.readObject();
            in.readObject();
            SSLSocket tls =
                    (SSLSocket) certificates.client(null).createSocket(socket, "127.0.0.1", service.port(), true);
            ObjectOutputStream encrypted = new ObjectOutputStream(tls.getOutputStream());
            encrypted.writeObject(new HandshakeEndMessage(null, null));
            encrypted.flush();
            new ObjectInputStream(tls.getInputStream()).readObject();
            tls.getOutputStream().write(ObjectStreamConstants.TC_OBJECT);
            socket.drips = true;
            assertThrows(IOException.class, () -> tls.getOutputStream().write(new byte[400]));
        }
    }

    /** What it is given to send goes out at five bytes a second or less, if it is so told. */
    private static final class DrippingSocket extends Socket {
        volatile boolean drips;

        DrippingSocket(int port) throws IOException {
            super(InetAddress.getByName("127.0.0.1"), port);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (!drips) {
                        out.write(bytes, offset, length);
                        return;
                    }
                    for (int i = 0; i < length; i++) {
                        out.write(bytes[offset + i]);
                        pause();
                    }
                }
            };
        }

        private static void pause() {
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
