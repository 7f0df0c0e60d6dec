package jvmentrypoint.jmxmp.connector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import jvmentrypoint.jmxmp.security.Secret;

/** Knows who may come in. */
final class Login {
    /** What a wrong guess costs its thread; with a bounded number of handshakes this bounds guesses a second. */
    private static final long PENALTY_MILLIS = 1000;

    private final Secret user;
    private final Secret password;

    Login(Secret user, Secret password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Returns for the right user with the right password.
     *
     * @throws SecurityException for any other
     * @throws IOException when the file with the password can't be read
     */
    void check(byte[] plain) throws IOException {
        Plain given = Plain.decode(plain);
        boolean right = given != null && same(user.read(), given.user) & same(password.read(), given.password);
        if (!right) {
            pause();
            throw new SecurityException("wrong user or password");
        }
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

    private static void pause() throws IOException {
        try {
            Thread.sleep(PENALTY_MILLIS);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }
}
