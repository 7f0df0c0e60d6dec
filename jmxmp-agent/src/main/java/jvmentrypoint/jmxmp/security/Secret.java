package jvmentrypoint.jmxmp.security;

import java.io.File;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A user's name or a password, and where it comes from. It is read when it is needed and not kept, so that one that was
 * changed in its file holds from the next login on, and none of a file's waits in a heap dump.
 */
public final class Secret {
    private static final int MAX_BYTES = 64 << 10;
    /** More than Linux lets a process begin with, arguments included, unless its stack's limit was raised. */
    private static final int MAX_ENVIRONMENT_BYTES = 4 << 20;

    private final String file;
    private final String variable;
    private final String text;

    private Secret(String file, String variable, String text) {
        this.file = file;
        this.variable = variable;
        this.text = text;
    }

    /** The file's content in UTF-8 without a line break at its end, as most editors add one. */
    public static Secret ofFile(String path) {
        return new Secret(path, null, null);
    }

    public static Secret ofVariable(String name) {
        return new Secret(null, name, null);
    }

    public static Secret of(String text) {
        return new Secret(null, null, text);
    }

    /** Null where neither is given; the file wins. */
    public static Secret ofFileOrVariable(String path, String name) {
        if (path != null) {
            return ofFile(path);
        }
        return name == null ? null : ofVariable(name);
    }

    /**
     * Reads it.
     *
     * @throws IOException when the file can't be read, or there is nothing in it or in the variable
     */
    public String read() throws IOException {
        if (text != null) {
            return text;
        }
        String place = file != null ? file : variable;
        String read;
        try {
            read = file != null ? line() : fromEnvironment();
        } catch (CharacterCodingException e) {
            throw new IOException(place + ": not UTF-8", e);
        }
        if (read == null || read.isEmpty()) {
            throw new IOException(place + (file != null ? ": empty" : ": not set"));
        }
        return read;
    }

    /** Where there is /proc, the variable's bytes: System.getenv() reads them as the locale says, and C has but ASCII. */
    private String fromEnvironment() throws IOException {
        String decoded = System.getenv(variable);
        File environ = new File("/proc/self/environ");
        String bytes = decoded == null || !environ.canRead()
                ? ""
                : new String(Files.read(environ, MAX_ENVIRONMENT_BYTES), StandardCharsets.ISO_8859_1);
        int start = ("\0" + bytes).indexOf("\0" + variable + "=");
        if (start < 0) {
            if (decoded != null && decoded.indexOf('\ufffd') >= 0) { // what java puts where it can't read
                throw new CharacterCodingException();
            }
            return decoded;
        }
        start += variable.length() + 1;
        int end = bytes.indexOf('\0', start);
        return Utf8.decode(
                bytes.substring(start, end < 0 ? bytes.length() : end).getBytes(StandardCharsets.ISO_8859_1));
    }

    private String line() throws IOException {
        String read = Utf8.decode(Files.read(new File(file), MAX_BYTES));
        if (read.endsWith("\n")) {
            read = read.substring(0, read.length() - 1);
        }
        return read.endsWith("\r") ? read.substring(0, read.length() - 1) : read;
    }
}
