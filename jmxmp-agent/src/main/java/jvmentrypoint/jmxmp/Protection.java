package jvmentrypoint.jmxmp;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may do what: the access, TLS, the password, and the service's classes that may be deserialised, as the agent's
 * arguments name them. Nothing is read here; files are when the first client comes.
 */
public final class Protection {
    private static final String CERTIFICATE = "tls-cert";
    private static final String KEY = "tls-key";
    private static final String KEYSTORE = "tls-keystore";
    private static final String KEYSTORE_PASSWORD_FILE = "tls-keystore-password-file";
    private static final String KEYSTORE_PASSWORD_ENV = "tls-keystore-password-env";
    private static final String CLIENT_CA = "tls-client-ca";
    private static final String USER = "user";
    private static final String USER_FILE = "user-file";
    private static final String PASSWORD_FILE = "password-file";
    private static final String PASSWORD_ENV = "password-env";
    private static final String INSECURE = "insecure";
    private static final String ACCESS = "access";

    private static final String[] FILES = {
        CERTIFICATE, KEY, KEYSTORE, KEYSTORE_PASSWORD_FILE, CLIENT_CA, USER_FILE, PASSWORD_FILE
    };
    private static final String[] OTHERS = {KEYSTORE_PASSWORD_ENV, USER, PASSWORD_ENV, INSECURE, ACCESS};

    private final Map<String, String> given = new HashMap<String, String>();
    private final List<String> allowed = new ArrayList<String>();

    /** Whether the key is one of ours; if so, its value is taken. */
    boolean take(String key, String value) {
        if (key.equals("allow")) {
            allowed.add(className(value));
            return true;
        }
        if (!isAmong(key, FILES) && !isAmong(key, OTHERS)) {
            return false;
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException(key + ": has no value (give one, or leave it out)");
        }
        if (given.put(key, value) != null) {
            throw new IllegalArgumentException(key + ": given twice (give it once)");
        }
        return true;
    }

    /** Refuses what contradicts itself, and a password that would cross the network in clear. */
    void check() {
        String access = text(ACCESS, "read-only");
        if (!access.equals("read-only") && !access.equals("full") && !access.equals("off")) {
            throw new IllegalArgumentException("access=" + access + ": unknown (use read-only, full or off)");
        }
        String insecure = text(INSECURE, "false");
        if (!insecure.equals("true") && !insecure.equals("false")) {
            throw new IllegalArgumentException("insecure=" + insecure + ": neither true nor false (use one of them)");
        }
        requireBoth(CERTIFICATE, KEY);
        notBoth(CERTIFICATE, KEYSTORE);
        notBoth(KEYSTORE_PASSWORD_FILE, KEYSTORE_PASSWORD_ENV);
        notBoth(USER, USER_FILE);
        notBoth(PASSWORD_FILE, PASSWORD_ENV);
        if (has(KEYSTORE) != (has(KEYSTORE_PASSWORD_FILE) || has(KEYSTORE_PASSWORD_ENV))) {
            throw new IllegalArgumentException(KEYSTORE + ": it and its password belong together (give both)");
        }
        if ((has(USER) || has(USER_FILE)) && !hasPassword()) {
            throw new IllegalArgumentException(USER + ": without a password (add password-file=)");
        }
        if ((hasPassword() || has(CLIENT_CA)) && !hasTls()) {
            throw new IllegalArgumentException(
                    (hasPassword() ? "password" : CLIENT_CA) + ": needs TLS (add tls-cert= and tls-key=)");
        }
    }

    boolean isOff() {
        return text(ACCESS, "").equals("off");
    }

    /** Whether clients may change the service. */
    public boolean isFull() {
        return text(ACCESS, "").equals("full");
    }

    /** Whether the port may be reached by others than this machine's processes. */
    boolean isFitForNetworks() {
        return !isFull() || hasTls() && hasPassword() || text(INSECURE, "").equals("true");
    }

    /** Null, or which file can't be read, so that nobody could log in. */
    String unreadable() {
        for (String key : FILES) {
            if (has(key) && !new File(given.get(key)).canRead()) {
                return key + " " + given.get(key) + ": not there, or not readable";
            }
        }
        return null;
    }

    /** Names of classes, or of packages with {@code .*} at the end. */
    public List<String> allowed() {
        return Collections.unmodifiableList(allowed);
    }

    public boolean hasTls() {
        return has(CERTIFICATE) || has(KEYSTORE);
    }

    public boolean hasPassword() {
        return has(PASSWORD_FILE) || has(PASSWORD_ENV);
    }

    /** PEM; null where there is a keystore. */
    public String certificate() {
        return given.get(CERTIFICATE);
    }

    /** PEM; null where there is a keystore. */
    public String key() {
        return given.get(KEY);
    }

    /** PKCS #12; null where there is a certificate. */
    public String keystore() {
        return given.get(KEYSTORE);
    }

    public String keystorePasswordFile() {
        return given.get(KEYSTORE_PASSWORD_FILE);
    }

    /** The environment variable's name. */
    public String keystorePasswordVariable() {
        return given.get(KEYSTORE_PASSWORD_ENV);
    }

    /** PEM; clients need a certificate signed by one of these. Null: they need none. */
    public String clientCa() {
        return given.get(CLIENT_CA);
    }

    public String user() {
        return text(USER, "jmx");
    }

    /** Wins over {@link #user()}; or null. */
    public String userFile() {
        return given.get(USER_FILE);
    }

    public String passwordFile() {
        return given.get(PASSWORD_FILE);
    }

    /** The environment variable's name. */
    public String passwordVariable() {
        return given.get(PASSWORD_ENV);
    }

    private boolean has(String key) {
        return given.containsKey(key);
    }

    private String text(String key, String otherwise) {
        String value = given.get(key);
        return value == null ? otherwise : value;
    }

    private void requireBoth(String one, String other) {
        if (has(one) != has(other)) {
            throw new IllegalArgumentException(one + ", " + other + ": only one of the two is given (give both)");
        }
    }

    private void notBoth(String one, String other) {
        if (has(one) && has(other)) {
            throw new IllegalArgumentException(one + ", " + other + ": both are given (give one)");
        }
    }

    private static boolean isAmong(String key, String[] keys) {
        for (String each : keys) {
            if (each.equals(key)) {
                return true;
            }
        }
        return false;
    }

    /** A name with at least one dot: {@code *} alone would allow everything. */
    private static String className(String value) {
        String name = value.endsWith(".*") ? value.substring(0, value.length() - 2) : value;
        boolean valid = !name.isEmpty() && !name.startsWith(".") && !name.endsWith(".");
        for (int i = 0; i < name.length(); i++) {
            valid &= Character.isJavaIdentifierPart(name.charAt(i)) || name.charAt(i) == '.';
        }
        if (!valid) {
            throw new IllegalArgumentException(
                    "allow: '" + value + "' is no class (use one such as com.acme.Order, or com.acme.*)");
        }
        return value;
    }
}
