package jvmentrypoint.jmxmp.client;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;

/**
 * The client's command line. Exit codes: 0 done, 1 the server or the MBean failed us, 2 wrong usage, 3 refused by the
 * server's access rules; each but 0 with one line on stderr.
 */
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int REFUSED = 3;

    private final Map<String, String> environment;
    private final PrintStream err;

    private Main(Map<String, String> environment, PrintStream err) {
        this.environment = environment;
        this.err = err;
    }

    public static void main(String[] arguments) {
        int code = new Main(System.getenv(), System.err).run(arguments);
        System.exit(code); // OpenDMK's threads are daemons, but a hanging server must not hold us either
    }

    static void line(PrintStream err, String message) {
        err.print("jmxmp-agent: " + ValueText.oneLine(message) + "\n");
    }

    private int run(String[] arguments) {
        Options options;
        try {
            options = Options.parse(Arrays.asList(arguments));
        } catch (UsageException e) {
            return fail(WRONG_USAGE, e.getMessage(), Usage.of(Arrays.asList(arguments)));
        }
        Output out = Output.stdout(options.has("--json"));
        try {
            int code = run(options, out);
            out.flush();
            return code;
        } catch (Output.Failed e) {
            return e.readerLeft() ? 0 : fail(FAILED, e.reason(), "");
        }
    }

    private int run(Options options, Output out) {
        if (options.has("--help")) {
            out.print(Usage.ALL);
            return 0;
        }
        if (options.has("--version")) {
            out.line("jmxmp-agent " + Main.class.getPackage().getImplementationVersion());
            return 0;
        }
        CommandLine line;
        try {
            line = CommandLine.parse(options, environment);
        } catch (UsageException e) {
            return fail(WRONG_USAGE, e.getMessage(), Usage.of(options.words()));
        }
        return run(line, out);
    }

    private int run(CommandLine line, Output out) {
        Session session = new Session(line.target, out, err);
        try {
            line.command.run(session);
            out.flush();
            session.close();
            return 0;
        } catch (Output.Failed e) {
            throw e;
        } catch (UsageException e) {
            return fail(WRONG_USAGE, session.about(e.getMessage()), "");
        } catch (SecurityException e) {
            return fail(REFUSED, session.about(Failure.text(e)), "");
        } catch (Exception e) { // JMException, IOException of the network, and what a server may throw at us
            return fail(FAILED, session.about(Failure.text(e)), "");
        } catch (OutOfMemoryError | StackOverflowError e) {
            return fail(FAILED, session.about(Failure.text(e)), "");
        }
    }

    private int fail(int code, String message, String usage) {
        line(err, message);
        err.print(usage);
        return code;
    }
}
