package jvmentrypoint.jmxmp.security;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A user's name or a password, and where it comes from. It is read when it is needed and not kept, so that one that was
 * changed in its file holds from the next login on, and none waits in a heap dump.
 */
public final class Secret {
    private static final int MAX_BYTES = 64 << 10;

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
        String read = file != null ? line() : System.getenv(variable);
        if (read == null || read.isEmpty()) {
            throw new IOException(file != null ? file + ": empty" : variable + ": not set");
        }
        return read;
    }

    private String line() throws IOException {
        String read = new String(Files.read(new File(file), MAX_BYTES), StandardCharsets.UTF_8);
        if (read.endsWith("\n")) {
            read = read.substring(0, read.length() - 1);
        }
        return read.endsWith("\r") ? read.substring(0, read.length() - 1) : read;
    }
}
