package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ObjectName;

/** An MBean's values: one, some or all. */
final class Get implements Command {
    private final ObjectName name;
    private final List<String> paths;

    /** No paths mean all attributes. */
    Get(ObjectName name, List<String> paths) {
        this.name = name;
        this.paths = paths;
    }

    @Override
    public void run(Session session) throws IOException, JMException {
        Reader reader = new Reader(session.server());
        if (paths.isEmpty()) {
            printAll(reader, session.out);
        } else if (paths.size() == 1) {
            Object value = reader.value(name, paths.get(0));
            if (session.out.json) {
                session.out.document(value);
            } else {
                session.out.line(ValueText.of(value));
            }
        } else {
            printSome(reader, session.out);
        }
    }

    private void printSome(Reader reader, Output out) throws IOException, JMException {
        Map<String, Object> values = new LinkedHashMap<String, Object>();
        for (String path : paths) {
            Object value = reader.value(name, path);
            values.put(path, value);
            if (!out.json) {
                out.line(ValueText.oneLine(path + ": " + ValueText.of(value)));
            }
        }
        if (out.json) {
            out.document(values);
        }
    }

    /** One attribute a request, so that one that can't be read, or not be deserialised here, spoils none but itself. */
    private void printAll(Reader reader, Output out) throws IOException, JMException {
        Map<String, Object> values = new TreeMap<String, Object>();
        Map<String, Object> unreadable = new TreeMap<String, Object>();
        for (String attribute : reader.attributes(name)) {
            String text;
            try {
                Object value = reader.attribute(name, attribute);
                text = out.json ? "" : ValueText.of(value);
                values.put(attribute, out.json ? value : null);
            } catch (JMException | RuntimeException | ObjectStreamException e) { // only the answer is bad
                text = "(unreadable: " + Failure.text(e) + ")";
                unreadable.put(attribute, Failure.text(e));
            }
            if (!out.json) {
                out.line(ValueText.oneLine(attribute + ": " + text));
            }
        }
        if (out.json) {
            Map<String, Object> document = new LinkedHashMap<String, Object>();
            document.put("name", name);
            document.put("attributes", values);
            document.put("unreadable", unreadable);
            out.document(document);
        }
    }
}
