package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;

/** Asks at equal intervals. What was reached once may go and come back: a lost connection leaves a gap. */
final class Rounds {
    final long everyMillis;
    private final long count;

    Rounds(Options options, long everyMillis) throws UsageException {
        this.everyMillis = options.millis("--every", everyMillis);
        this.count = options.count("--count");
    }

    /** What is done each time. */
    interface Round {
        /** Asks only, so that no failure to print looks like the server's. */
        void ask(MBeanServerConnection server) throws IOException, JMException;

        void print();

        void printGap();
    }

    /** Ends early only if the first round fails, or if the server's access rules refuse one. */
    void run(Session session, Round round) throws IOException, JMException {
        session.server(); // opening it would shorten the first interval
        long begin = System.nanoTime();
        boolean lost = false;
        for (long n = 0; n < count; n++) {
            session.sleep(n == 0 ? 0 : untilNext(begin));
            String failure = ask(session, round, n == 0);
            if (failure == null) {
                if (lost) {
                    session.note("connected again");
                }
                round.print();
            } else {
                if (!lost) {
                    session.note(failure + " (goes on when the server is back)");
                }
                round.printGap();
            }
            session.out.flush();
            lost = failure != null;
        }
    }

    /** What went wrong; null for nothing. */
    private static String ask(Session session, Round round, boolean first) throws IOException, JMException {
        try {
            round.ask(session.server());
            return null;
        } catch (SecurityException e) {
            throw e;
        } catch (IOException | JMException | RuntimeException e) {
            if (first) {
                throw e;
            }
            session.close();
            return Failure.text(e);
        }
    }

    /** Rounds that took too long are left out. */
    private long untilNext(long begin) {
        long passed = (System.nanoTime() - begin) / 1000000;
        return everyMillis - passed % everyMillis;
    }
}
