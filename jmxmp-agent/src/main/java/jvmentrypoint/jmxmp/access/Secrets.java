package jvmentrypoint.jmxmp.access;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds secrets in text by the names that people give them, as the entrypoint does: by key, and inside values as
 * {@code user:password@} in URLs, {@code password=...} pairs and {@code --password ...} on command lines.
 *
 * <p>In doubt it masks too much: where a secret ends can't be told, as it may hold blanks, dashes and line breaks, so all
 * that follows goes with it, unless a closing quote or the next pair of a query string says otherwise. Each step looks
 * at each character a fixed number of times, since values may be long.
 */
final class Secrets {
    static final String MASK = "(set)";

    /** The system property with the main class and its arguments, joined by blanks. */
    static final String COMMAND = "sun.java.command";

    /**
     * What a secret's name has in it, or ends with as a word of its own: dbPass, DB_PASS and -Dpass[0], but neither bypass
     * nor pass.through.
     */
    private static final Pattern KEY = Pattern.compile(
            "pass(word|wd|phrase)|secret|token|credential|(api|access|private|licen[cs]e)[-_. ]?key"
                    + "|((?<![a-z0-9])|(?-i:(?<=(?<![a-zA-Z0-9])-D)|(?<=[a-z0-9])(?=[A-Z])))(pass|pwd|authorization)"
                    + "(?![-_.\\[\\]0-9]*+[a-z])",
            Pattern.CASE_INSENSITIVE);

    /** Where the user of a URL without a password is a token; elsewhere it is a name, as in ssh://git@host. */
    private static final Pattern TAKES_TOKEN =
            Pattern.compile("(?<![-.a-z0-9])(https?|wss?|redis[-.a-z0-9]*+)://", Pattern.CASE_INSENSITIVE);

    private static final String ORACLE = "jdbc:oracle:";

    private static final String PEM = "PRIVATE KEY-----";

    private Secrets() {}

    static boolean isKey(String name) {
        return KEY.matcher(name).find();
    }

    /** The text of one setting, attribute or JVM argument: all of it, if its name says so, else the parts of it that do. */
    static String mask(String name, String text) {
        if (text.isEmpty() || isKey(name)) {
            return text.isEmpty() ? text : MASK;
        }
        return name.equals(COMMAND) ? maskCommand(text) : mask(text);
    }

    /** One JVM argument; the value of a -D may hold spaces and all else. */
    static String maskArgument(String argument) {
        int equals = argument.indexOf('=');
        if (argument.startsWith("-D") && equals > 0) {
            String key = argument.substring(2, equals);
            return "-D" + key + "=" + mask(key, argument.substring(equals + 1));
        }
        return mask(equals > 0 && isAgent(argument) ? maskBehindKey(argument, equals + 1) : argument);
    }

    private static boolean isAgent(String argument) {
        return argument.startsWith("-javaagent:")
                || argument.startsWith("-agentlib:")
                || argument.startsWith("-agentpath:");
    }

    /** In an agent's arguments a comma may stand for the = behind a name: apiKey,value. */
    private static String maskBehindKey(String argument, int from) {
        int start = from;
        for (int comma = argument.indexOf(',', start); comma >= 0; comma = argument.indexOf(',', start)) {
            String key = argument.substring(start, comma);
            start = comma + 1;
            if (start < argument.length() && key.indexOf('=') < 0 && isKey(key)) {
                return argument.substring(0, start) + MASK;
            }
        }
        return argument;
    }

    /** Main class and arguments: behind the first name of a secret nothing is shown, however it may be written. */
    private static String maskCommand(String text) {
        String masked = mask(text);
        int blank = masked.indexOf(' ');
        Matcher key = KEY.matcher(masked);
        if (blank < 0 || !key.find(blank)) {
            return masked;
        }
        int end = nameEnd(masked, key.end());
        if (end == masked.length()) {
            return masked;
        }
        return masked.substring(0, end) + (masked.charAt(end) == '=' ? "=" : " ") + MASK;
    }

    static String mask(String text) {
        int pem = text.indexOf(PEM);
        if (pem >= 0) {
            return maskPairs(maskUrls(text.substring(0, pem + PEM.length()))) + MASK;
        }
        return maskPairs(maskUrls(text));
    }

    private static String maskUrls(String text) {
        if (text.indexOf("://") < 0 && text.indexOf(ORACLE) < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        while (done < text.length()) {
            int end = wordEnd(text, done);
            maskUrlsInWord(maskOracle(text.substring(done, end)), out);
            done = end;
            while (done < text.length() && Character.isWhitespace(text.charAt(done))) {
                out.append(text.charAt(done++));
            }
        }
        return out.toString();
    }

    /**
     * The password reaches to the word's last @: it may hold one itself, and quotes and slashes. A token without one
     * reaches to the last @ before the host.
     */
    private static void maskUrlsInWord(String word, StringBuilder out) {
        int lastAt = word.lastIndexOf('@');
        int done = 0;
        Matcher token = TAKES_TOKEN.matcher(word);
        boolean found = token.find();
        int scheme = word.indexOf("://");
        while (scheme >= 0 && scheme < lastAt) {
            int user = scheme + 3;
            while (found && token.end() < user) {
                found = token.find();
            }
            int i = user;
            while (":/@".indexOf(word.charAt(i)) < 0) {
                i++;
            }
            if (word.charAt(i) == ':' && i + 1 < lastAt) {
                out.append(word, done, i + 1).append(MASK).append(word, lastAt, word.length());
                return;
            }
            if (found && token.end() == user && i > user && word.charAt(i) != '/' && !hasQuery(word, user, i)) {
                out.append(word, done, user).append(MASK);
                done = userEnd(word, i);
                i = done;
            }
            scheme = word.indexOf("://", i);
        }
        out.append(word, done, word.length());
    }

    private static boolean hasQuery(String word, int from, int to) {
        for (int i = from; i < to; i++) {
            if (word.charAt(i) == '?' || word.charAt(i) == '#') {
                return true;
            }
        }
        return false;
    }

    /** The last @ before the path, from where one is left. */
    private static int userEnd(String word, int from) {
        int end = from;
        for (int i = from; i < word.length() && "/?#".indexOf(word.charAt(i)) < 0; i++) {
            end = word.charAt(i) == '@' ? i : end;
        }
        return end;
    }

    /** The URLs of Oracle's driver: jdbc:oracle:thin:user/password@host. */
    private static String maskOracle(String word) {
        int oracle = word.indexOf(ORACLE);
        int slash = oracle < 0 ? -1 : word.indexOf('/', oracle);
        int at = oracle < 0 ? -1 : word.indexOf('@', oracle);
        int lastAt = word.lastIndexOf('@');
        if (slash < 0 || at < slash || slash + 1 >= lastAt) {
            return word;
        }
        return word.substring(0, slash + 1) + MASK + word.substring(lastAt);
    }

    private static String maskPairs(String text) {
        Matcher key = KEY.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        int done = 0;
        for (int from = 0; from <= text.length() && key.find(from); ) {
            int nameEnd = nameEnd(text, key.end());
            int start = valueStart(text, nameEnd, isOption(text, key.start(), done));
            from = nameEnd;
            if (start >= 0 && start < text.length()) {
                int end = valueEnd(text, start);
                if (end > start) {
                    out.append(text, done, start).append(MASK);
                    done = end;
                    from = end;
                }
            }
        }
        return done == 0 ? text : out.append(text, done, text.length()).toString();
    }

    /**
     * Where the value of the key that ends here begins, or -1: after = and XML's bracket, after the colon in JSON (whose
     * quotes may be escaped) and YAML, after the blank behind an option.
     */
    private static int valueStart(String text, int nameEnd, boolean option) {
        int afterName = nameEnd;
        while (afterName < text.length() && (text.charAt(afterName) == '\\' || isQuote(text.charAt(afterName)))) {
            afterName++;
        }
        int i = skipBlanks(text, afterName);
        if (i == text.length()) {
            return -1;
        }
        char c = text.charAt(i);
        boolean colon = c == ':' && (afterName > nameEnd || skipBlanks(text, i + 1) > i + 1);
        if (c == '=' || c == '>' || colon) {
            return skipBlanks(text, i + 1);
        }
        return option && i > nameEnd ? i : -1;
    }

    private static int valueEnd(String text, int start) {
        char first = text.charAt(start);
        int from = start;
        if (isQuote(first)) {
            from = closingQuote(text, start) + 1;
            if (from >= text.length() || isBreak(text.charAt(from))) {
                return Math.min(from, text.length());
            }
        }
        if ("{[\\".indexOf(first) >= 0) { // structured; nobody counts its brackets here
            return text.length();
        }
        for (int i = from; i < text.length(); i++) {
            if ((text.charAt(i) == '&' || text.charAt(i) == ';') && isPair(text, i + 1)) {
                return i;
            }
        }
        return text.length();
    }

    private static int closingQuote(String text, int open) {
        int i = open + 1;
        while (i < text.length() && text.charAt(i) != text.charAt(open)) {
            i += text.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private static boolean isPair(String text, int from) {
        int end = nameEnd(text, from);
        return end > from && end < text.length() && text.charAt(end) == '=';
    }

    /** Whether the word that holds this key begins with a dash. */
    private static boolean isOption(String text, int keyStart, int notBefore) {
        int start = keyStart;
        while (start > notBefore && isNamePart(text.charAt(start - 1))) {
            start--;
        }
        return start < keyStart && text.charAt(start) == '-';
    }

    private static int nameEnd(String text, int from) {
        int end = from;
        while (end < text.length() && isNamePart(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int skipBlanks(String text, int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static int wordEnd(String text, int from) {
        int end = from;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isBreak(char c) {
        return Character.isWhitespace(c) || ",;&)}]".indexOf(c) >= 0;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
    }
}
