package jvmentrypoint.jmxmp.client;

import java.util.ArrayList;
import java.util.List;
import javax.management.ObjectName;

/** One value that is watched. */
final class Column {
    final ObjectName name;
    final String path;

    private Column(ObjectName name, String path) {
        this.name = name;
        this.path = path;
    }

    /** Reads NAME ATTRIBUTE... NAME ATTRIBUTE...: a word with a colon and an equals sign behind it begins a group. */
    static List<Column> parse(List<String> words) throws UsageException {
        List<Column> columns = new ArrayList<Column>();
        ObjectName name = null;
        String waiting = null;
        for (String word : words) {
            boolean isName = word.indexOf('=') > word.indexOf(':') && word.indexOf(':') >= 0;
            if (isName || name == null) {
                refuseLonely(waiting);
                name = Names.one(word);
                waiting = word;
            } else {
                columns.add(new Column(name, word));
                waiting = null;
            }
        }
        refuseLonely(waiting);
        return columns;
    }

    private static void refuseLonely(String name) throws UsageException {
        if (name != null) {
            throw new UsageException(name + ": no attribute behind it");
        }
    }

    @Override
    public String toString() {
        return name + " " + path;
    }
}
