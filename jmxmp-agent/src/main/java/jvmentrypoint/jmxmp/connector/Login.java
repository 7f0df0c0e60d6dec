package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jvmentrypoint.jmxmp.security.Secret;

/** Knows who may come in. */
final class Login {
    /** One login at a time, and none for this long after a wrong one: five guesses a second, however many guess. */
    private static final long PENALTY_MILLIS = 200;
    /** How soon one who waits notices that his client was sent away. */
    private static final long LOOK_MILLIS = 50;

    private final Semaphore turn = new Semaphore(1, true);

    private final Secret user;
    private final Secret password;

    Login(Secret user, Secret password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Returns for the right user with the right password.
     *
     * @param client who waits for the answer, and in vain once its socket is closed
     * @throws SecurityException for any other
     * @throws IOException when the file with the password can't be read
     */
    void check(byte[] plain, Socket client) throws IOException {
        try {
            while (!turn.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (client.isClosed()) {
                    throw new IOException("sent away");
                }
            }
            try {
                if (!isRight(Plain.decode(plain))) {
                    Thread.sleep(PENALTY_MILLIS);
                    throw new SecurityException("wrong user or password");
                }
            } finally {
                turn.release();
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /** @throws IOException when the user or the password can't be read */
    void read() throws IOException {
        user.read();
        password.read();
    }

    private boolean isRight(Plain given) throws IOException {
        return given != null && same(user.read(), given.user) & same(password.read(), given.password);
    }

    /** Takes the same time wherever the texts differ, and however long they are. */
    private static boolean same(String one, String other) throws IOException {
        return MessageDigest.isEqual(digest(one), digest(other));
    }

    private static byte[] digest(String text) throws IOException {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) { // every JVM has it
            throw new IOException("passwords can't be compared: " + e, e);
        }
    }
}
