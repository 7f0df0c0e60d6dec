package jvmentrypoint.jmxmp.access;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds secrets in text by the names that people give them, as the entrypoint does: by key, and inside values as
 * {@code user:password@} in URLs, {@code password=...} pairs and {@code --password ...} on command lines.
 *
 * <p>In doubt it masks too much. Each step looks at each character a fixed number of times, since values may be long.
 */
final class Secrets {
    static final String MASK = "(set)";

    private static final Pattern KEY = Pattern.compile(
            "pass(word|wd|phrase)|secret|token|credential|api[-_. ]?key|private[-_. ]?key", Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    static boolean isKey(String name) {
        return KEY.matcher(name).find();
    }

    /** The text of one setting, attribute or JVM argument: all of it, if its name says so, else the parts of it that do. */
    static String mask(String name, String text) {
        if (text.isEmpty() || isKey(name)) {
            return text.isEmpty() ? text : MASK;
        }
        return mask(text);
    }

    /** One JVM argument; the value of a -D may hold spaces and all else. */
    static String maskArgument(String argument) {
        int equals = argument.indexOf('=');
        if (argument.startsWith("-D") && equals > 0) {
            String key = argument.substring(2, equals);
            return "-D" + key + "=" + mask(key, argument.substring(equals + 1));
        }
        return mask(argument);
    }

    static String mask(String text) {
        return maskPairs(maskUrls(text));
    }

    private static String maskUrls(String text) {
        if (text.indexOf("://") < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        while (done < text.length()) {
            int end = wordEnd(text, done);
            maskUrlsInWord(text.substring(done, end), out);
            done = end;
            while (done < text.length() && isWordBreak(text.charAt(done))) {
                out.append(text.charAt(done++));
            }
        }
        return out.toString();
    }

    /** The password reaches to the word's last @: it may hold one itself. */
    private static void maskUrlsInWord(String word, StringBuilder out) {
        int lastAt = word.lastIndexOf('@');
        int scheme = word.indexOf("://");
        while (scheme >= 0 && scheme < lastAt) {
            int i = scheme + 3;
            while (":/@".indexOf(word.charAt(i)) < 0) {
                i++;
            }
            if (word.charAt(i) == ':' && i + 1 < lastAt) {
                out.append(word, 0, i + 1).append(MASK).append(word, lastAt, word.length());
                return;
            }
            scheme = word.indexOf("://", i);
        }
        out.append(word);
    }

    private static String maskPairs(String text) {
        Matcher key = KEY.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        for (int from = 0; from <= text.length() && key.find(from); ) {
            int keyEnd = key.end();
            while (keyEnd < text.length() && isNamePart(text.charAt(keyEnd))) {
                keyEnd++;
            }
            int start = valueStart(text, keyEnd, isOption(text, key.start(), done));
            from = keyEnd;
            if (start >= 0 && start < text.length()) {
                int end = valueEnd(text, start, key.start(), done);
                if (end > start) {
                    out.append(text, done, start).append(MASK);
                    done = end;
                    from = end;
                }
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }

    /** Where the value of the key that ends here begins, or -1: after =, after ": in JSON, after the blank behind an option. */
    private static int valueStart(String text, int keyEnd, boolean option) {
        int i = keyEnd;
        boolean quoted = i < text.length() && isQuote(text.charAt(i));
        if (quoted) {
            i++;
        }
        int afterKey = i;
        i = skipBlanks(text, i);
        if (i < text.length() && (text.charAt(i) == '=' || quoted && text.charAt(i) == ':')) {
            return skipBlanks(text, i + 1);
        }
        boolean next = option && !quoted && i > afterKey && i < text.length() && text.charAt(i) != '-';
        return next && text.charAt(i) != '\n' ? i : -1;
    }

    /** A -Dkey=value on a command line that was printed without quotes reaches to the next option, or to the line's end. */
    private static int valueEnd(String text, int start, int keyStart, int notBefore) {
        char first = text.charAt(start);
        if (isQuote(first)) {
            int close = text.indexOf(first, start + 1);
            return close < 0 ? text.length() : close + 1;
        }
        boolean option = isOption(text, keyStart, notBefore);
        int end = start;
        while (end < text.length() && text.charAt(end) != '\n') {
            char c = text.charAt(end);
            if (option ? c == ' ' && text.startsWith(" -", end) : Character.isWhitespace(c) || c == '&' || c == ';') {
                break;
            }
            end++;
        }
        return end;
    }

    /** Whether the word that holds this key begins with a dash. */
    private static boolean isOption(String text, int keyStart, int notBefore) {
        int start = keyStart;
        while (start > notBefore && isNamePart(text.charAt(start - 1))) {
            start--;
        }
        return start < keyStart && text.charAt(start) == '-';
    }

    private static int skipBlanks(String text, int from) {
        int i = from;
        while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        return i;
    }

    private static int wordEnd(String text, int from) {
        int end = from;
        while (end < text.length() && !isWordBreak(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isWordBreak(char c) {
        return Character.isWhitespace(c) || isQuote(c);
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
    }
}
