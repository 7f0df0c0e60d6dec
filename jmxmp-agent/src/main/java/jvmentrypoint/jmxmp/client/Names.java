package jvmentrypoint.jmxmp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** Which MBeans there are. */
final class Names implements Command {
    private final ObjectName pattern;

    /** Null for all. */
    Names(ObjectName pattern) {
        this.pattern = pattern;
    }

    static ObjectName parse(String text) throws UsageException {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new UsageException(text + ": not an MBean's name (such as java.lang:type=Memory)");
        }
    }

    static ObjectName one(String text) throws UsageException {
        ObjectName name = parse(text);
        if (name.isPattern()) {
            throw new UsageException(text + ": a pattern (find one MBean's name with names)");
        }
        return name;
    }

    @Override
    public void run(Session session) throws IOException {
        List<ObjectName> names = new ArrayList<ObjectName>(session.server().queryNames(pattern, null));
        Collections.sort(names);
        if (session.out.json) {
            session.out.document(names);
            return;
        }
        for (ObjectName name : names) {
            session.out.line(ValueText.oneLine(name.toString()));
        }
    }
}
