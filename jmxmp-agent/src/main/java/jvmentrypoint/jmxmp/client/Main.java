package jvmentrypoint.jmxmp.client;

import java.io.PrintStream;
import java.util.Arrays;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;

/**
 * The client's command line. Exit codes: 0 printed, 1 the server or the MBean failed us (one line), 2 wrong usage.
 */
public final class Main {
    private static final String USAGE = "usage: java -jar jmxmp-agent.jar get HOST:PORT OBJECT_NAME [ATTRIBUTE]\n"
            + "       java -jar jmxmp-agent.jar names HOST:PORT [PATTERN]\n";

    /** Connecting, and a request or a few; one alone gives up after half of it. */
    private static final int LIMIT_SECONDS = 60;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        int code = new Main(System.out, System.err).run(arguments);
        System.out.flush();
        System.exit(code); // OpenDMK's threads are daemons, but a hanging server must not hold us either
    }

    int run(String[] arguments) {
        Command command;
        try {
            command = Command.parse(Arrays.asList(arguments));
        } catch (IllegalArgumentException e) {
            line(e.getMessage());
            err.print(USAGE);
            return 2;
        }
        watch(command);
        try {
            JMXConnector connector = Servers.connect(command.host, command.port);
            MBeanServerConnection server = connector.getMBeanServerConnection();
            Reader reader = new Reader(server, out);
            if (command.attribute != null) {
                reader.printValue(command.name, command.attribute);
            } else if (command.verb.equals("get")) {
                reader.printAttributes(command.name);
            } else {
                reader.printNames(command.name);
            }
            connector.close();
            return 0;
        } catch (JMException e) {
            return fail(command, e);
        } catch (Exception e) { // IOException of the network, and what a server may throw at us
            return fail(command, e);
        } catch (OutOfMemoryError e) {
            return fail(command, e);
        } catch (StackOverflowError e) {
            return fail(command, e);
        }
    }

    /** It halts the JVM: what hangs may hold the lock that an orderly exit wants. */
    private void watch(final Command command) {
        Watchdog.start(LIMIT_SECONDS * 1000L, new Runnable() {
            @Override
            public void run() {
                line(command.server() + ": not done after " + LIMIT_SECONDS + " s");
                Runtime.getRuntime().halt(1);
            }
        });
    }

    private int fail(Command command, Throwable e) {
        line(command.server() + ": " + Failure.text(e));
        return 1;
    }

    private void line(String message) {
        err.print("jmxmp-agent: " + ValueText.oneLine(message) + "\n");
    }
}
