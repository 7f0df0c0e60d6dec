package jvmentrypoint.jmxmp.client;

import java.util.List;

/** A line of CSV as RFC 4180 has it, but for its end, which is that of all our lines. */
final class Csv {
    private Csv() {}

    /** Null is an empty field. */
    static String line(List<?> fields) {
        StringBuilder line = new StringBuilder();
        String separator = "";
        for (Object field : fields) {
            line.append(separator).append(field == null ? "" : quoted(ValueText.oneLine(ValueText.of(field))));
            separator = ",";
        }
        return line.toString();
    }

    private static String quoted(String text) {
        boolean plain = text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.equals(text.trim());
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
