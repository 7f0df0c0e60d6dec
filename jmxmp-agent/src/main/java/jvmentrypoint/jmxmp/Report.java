package jvmentrypoint.jmxmp;

import java.io.PrintStream;

/** Lines for people on the service's stderr; each is one write, so that the service's own lines don't cut it in two. */
public final class Report {
    private final PrintStream stderr;

    public Report(PrintStream stderr) {
        this.stderr = stderr;
    }

    /** Prints the message with our prefix as exactly one line. */
    public void say(String message) {
        stderr.print("jmxmp-agent: " + message.replace('\r', ' ').replace('\n', ' ') + "\n");
        stderr.flush();
    }
}
