package jvmentrypoint.jmxmp.client;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.Charset;

/** What is printed, as text or as JSON. Its failure is told from the server's. */
final class Output {
    final boolean json;
    private final Sink sink;
    private final PrintStream out;

    private Output(OutputStream stream, String encoding, boolean json) throws UnsupportedEncodingException {
        this.json = json;
        sink = new Sink(stream);
        out = new PrintStream(sink, false, encoding);
    }

    static Output stdout(boolean json) {
        try {
            return new Output(new FileOutputStream(FileDescriptor.out), encoding(), json);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e); // the JVM's own
        }
    }

    static Output to(OutputStream stream, boolean json) {
        try {
            return new Output(stream, "UTF-8", json);
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    /** As System.out has it, whose property's name changed in 19. */
    private static String encoding() {
        for (String property : new String[] {"stdout.encoding", "sun.stdout.encoding"}) {
            String name = System.getProperty(property);
            if (name != null && Charset.isSupported(name)) {
                return name;
            }
        }
        return Charset.defaultCharset().name();
    }

    /** Text that is clean. */
    void print(String text) {
        out.print(text);
        sink.check();
    }

    void line(String text) {
        print(text + "\n");
    }

    void document(Object value) {
        line(Json.of(value));
    }

    void flush() {
        out.flush();
        sink.check();
    }

    /** A PrintStream swallows why it failed. */
    private static final class Sink extends FilterOutputStream {
        private static final int SIZE = 8192;
        private IOException failure;

        Sink(OutputStream out) {
            super(new BufferedOutputStream(out, SIZE));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        void check() {
            if (failure != null) {
                throw new Failed(failure);
            }
        }
    }

    /** Nobody takes what we print. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String reason;

        Failed(IOException cause) {
            super(cause);
            reason = String.valueOf(cause.getMessage());
        }

        /** As with {@code | head}: it has seen enough. */
        boolean readerLeft() {
            return reason.contains("roken pipe");
        }

        String reason() {
            return "can't write: " + reason;
        }
    }
}
