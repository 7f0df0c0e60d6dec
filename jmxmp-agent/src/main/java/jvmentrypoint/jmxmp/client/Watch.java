package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/** Values again and again. */
final class Watch implements Command {
    private final List<Column> columns;
    private final Rounds rounds;

    Watch(List<Column> columns, Rounds rounds) {
        this.columns = columns;
        this.rounds = rounds;
    }

    @Override
    public void run(Session session) throws IOException, JMException {
        rounds.run(session, new Asking(columns, session));
    }

    /** What comes when is said in UTC, to the millisecond and always as long. */
    static String now() {
        String text = Instant.ofEpochMilli(System.currentTimeMillis()).toString();
        return text.length() == 20 ? text.substring(0, 19) + ".000Z" : text;
    }

    private static final class Asking implements Rounds.Round {
        private final List<Column> columns;
        private final Session session;
        private final Set<Column> missing = new HashSet<Column>();
        private List<Object> values = new ArrayList<Object>();
        private String time;
        private boolean begun;

        Asking(List<Column> columns, Session session) {
            this.columns = columns;
            this.session = session;
        }

        @Override
        public void ask(MBeanServerConnection server) throws IOException, JMException {
            Reader reader = new Reader(server);
            time = now();
            values = new ArrayList<Object>();
            for (Column column : columns) {
                values.add(read(reader, column));
            }
        }

        /** In the first round a missing MBean is a slip of the pen, later it may come back. */
        private Object read(Reader reader, Column column) throws IOException, JMException {
            try {
                Object value = reader.value(column.name, column.path);
                missing.remove(column);
                return value;
            } catch (JMException | ObjectStreamException | SecurityException e) {
                if (!begun) {
                    throw e;
                }
                if (missing.add(column)) {
                    session.note(column + ": " + Failure.text(e));
                }
                return null;
            }
        }

        @Override
        public void print() {
            if (!begun && !session.out.json) {
                session.out.line(Csv.line(header()));
            }
            begun = true;
            if (session.out.json) {
                session.out.document(document());
                return;
            }
            List<Object> fields = new ArrayList<Object>();
            fields.add(time);
            fields.addAll(values);
            session.out.line(Csv.line(fields));
        }

        @Override
        public void printGap() {
            time = now();
            values = new ArrayList<Object>();
            for (int i = 0; i < columns.size(); i++) {
                values.add(null);
            }
            print();
        }

        private List<String> header() {
            Set<ObjectName> names = new HashSet<ObjectName>();
            for (Column column : columns) {
                names.add(column.name);
            }
            List<String> header = new ArrayList<String>();
            header.add("time");
            for (Column column : columns) {
                header.add(names.size() == 1 ? column.path : column.toString());
            }
            return header;
        }

        private Map<String, Object> document() {
            Map<String, Map<String, Object>> beans = new LinkedHashMap<String, Map<String, Object>>();
            for (int i = 0; i < columns.size(); i++) {
                String name = columns.get(i).name.toString();
                Map<String, Object> bean = beans.get(name);
                if (bean == null) {
                    bean = new LinkedHashMap<String, Object>();
                    beans.put(name, bean);
                }
                bean.put(columns.get(i).path, values.get(i));
            }
            Map<String, Object> document = new LinkedHashMap<String, Object>();
            document.put("time", time);
            document.put("values", beans);
            return document;
        }
    }
}
