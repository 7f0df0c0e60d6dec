package jvmentrypoint.examples.hello;

import java.util.Map;
import java.util.StringJoiner;

/** Maps, lists, numbers and strings as JSON: all that this service has to say, too little for a library. */
final class Json {
    private Json() {}

    static String of(Object value) {
        if (value instanceof Map) {
            StringJoiner members = new StringJoiner(",", "{", "}");
            ((Map<?, ?>) value).forEach((key, member) -> members.add(quote(key.toString()) + ":" + of(member)));
            return members.toString();
        }
        if (value instanceof Iterable) {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            ((Iterable<?>) value).forEach(element -> elements.add(of(element)));
            return elements.toString();
        }
        return value instanceof Number ? value.toString() : quote(value.toString());
    }

    /** Surrogates are escaped too: an argument may hold half a pair, which UTF-8 can't carry. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
