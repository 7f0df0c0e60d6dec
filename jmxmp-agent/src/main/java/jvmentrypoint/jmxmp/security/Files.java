package jvmentrypoint.jmxmp.security;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Small files, read whole. */
final class Files {
    private Files() {}

    /** Refuses a file of more bytes than the limit, and what is no file, such as a pipe, which could block for ever. */
    static byte[] read(File file, int limit) throws IOException {
        if (file.exists() && !file.isFile()) {
            throw new IOException(file + ": not a file");
        }
        byte[] bytes = new byte[limit + 1];
        int length = 0;
        try (InputStream in = new FileInputStream(file)) {
            for (int n = 0; n >= 0 && length < bytes.length; length += Math.max(n, 0)) {
                n = in.read(bytes, length, bytes.length - length);
            }
        }
        if (length > limit) {
            throw new IOException(file + ": more than " + limit + " bytes");
        }
        return Arrays.copyOf(bytes, length);
    }
}
