package jvmentrypoint.jmxmp.access;

import javax.management.MBeanException;
import javax.management.RuntimeErrorException;
import javax.management.RuntimeMBeanException;

/** What an MBean throws may quote a secret: "can't connect to jdbc:...password=..." is the usual case. */
final class MaskedFailure {
    /** A chain of causes may be a ring. */
    private static final int MAX_CAUSES = 20;

    private MaskedFailure() {}

    /** The name is the attribute's that was asked for, else empty; what tells no secret is returned as it is. */
    static Throwable of(String name, Throwable thrown) {
        boolean byGetter = thrown instanceof MBeanException
                || thrown instanceof RuntimeMBeanException
                || thrown instanceof RuntimeErrorException;
        if (byGetter && Secrets.isKey(name)) {
            return instead(thrown.getClass().getName() + ": " + Secrets.MASK);
        }
        return tells(thrown, 0) ? instead(Secrets.mask(thrown.toString())) : thrown;
    }

    /** Unchecked, so that any method of MBeanServer may throw it. */
    private static Throwable instead(String text) {
        return new RuntimeMBeanException(new IllegalStateException(text), text);
    }

    private static boolean tells(Throwable thrown, int depth) {
        if (thrown == null) {
            return false;
        }
        String text = thrown.toString();
        if (depth > MAX_CAUSES || !Secrets.mask(text).equals(text)) {
            return true;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (tells(suppressed, depth + 1)) {
                return true;
            }
        }
        return tells(thrown.getCause(), depth + 1);
    }
}
