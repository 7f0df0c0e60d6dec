package jvmentrypoint.jmxmp.client;

import java.io.Console;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;

/** How a JVM fares, again and again. */
final class Top implements Command {
    /** From the screen's corner on, all anew, and long lines not wrapped but cut. */
    private static final String REDRAW = "\u001b[H\u001b[J\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private static final long FIRST_MILLIS = 1000;

    private final Rounds rounds;
    private final boolean counted;

    Top(Rounds rounds, boolean counted) {
        this.rounds = rounds;
        this.counted = counted;
    }

    @Override
    public void run(Session session) throws IOException, JMException {
        Asking asking = new Asking(session, !counted && !session.out.json && isTerminal());
        asking.before = new Sample(session.server());
        session.sleep(Math.min(FIRST_MILLIS, rounds.everyMillis));
        rounds.run(session, asking);
    }

    /** Since 22 there may be a console without a terminal, and a method that tells. */
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    private static final class Asking implements Rounds.Round {
        private final Session session;
        private final boolean redraws;
        private boolean begun;
        /** Null after a gap: then figures begin anew. */
        private Sample before;

        private Interval interval;

        Asking(Session session, boolean redraws) {
            this.session = session;
            this.redraws = redraws;
        }

        @Override
        public void ask(MBeanServerConnection server) throws IOException, JMException {
            Sample now = new Sample(server);
            boolean same = before != null && before.uptimeMillis() < now.uptimeMillis();
            interval = same ? new Interval(before, now, server) : null;
            before = now;
        }

        @Override
        public void print() {
            if (interval == null) {
                sayGap();
                return;
            }
            if (session.out.json) {
                session.out.document(interval.map(Watch.now()));
                return;
            }
            String text = new TopText(interval).of(session.about(Watch.now()));
            session.out.print(redraws ? REDRAW + text + WRAP : begun ? "\n" + text : text);
            begun = true;
        }

        @Override
        public void printGap() {
            before = null;
            sayGap();
        }

        private void sayGap() {
            if (session.out.json) {
                Map<String, Object> gap = new LinkedHashMap<String, Object>();
                gap.put("time", Watch.now());
                session.out.document(gap);
            }
        }
    }
}
