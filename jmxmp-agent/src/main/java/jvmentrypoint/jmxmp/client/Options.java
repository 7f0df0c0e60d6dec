package jvmentrypoint.jmxmp.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A command line's options, wherever they stand, and the words that are left. */
final class Options {
    private static final List<String> FLAGS = Arrays.asList("--tls", "--json", "--help", "--version");
    private static final List<String> VALUED = Arrays.asList(
            "--user",
            "--user-file",
            "--password-file",
            "--password-env",
            "--ca",
            "--cert",
            "--key",
            "--keystore",
            "--keystore-password-file",
            "--server-name",
            "--timeout",
            "--every",
            "--count");

    private final Map<String, String> values = new LinkedHashMap<String, String>();
    private final List<String> words = new ArrayList<String>();

    private Options(List<String> arguments) throws UsageException {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("--")) {
                words.addAll(arguments.subList(i + 1, arguments.size()));
                return;
            }
            if (!word.startsWith("--")) {
                words.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            String value = equals < 0 ? null : word.substring(equals + 1);
            check(option, value);
            if (VALUED.contains(option) && value == null) {
                i++;
                value = i < arguments.size() ? arguments.get(i) : "--";
                if (value.startsWith("--")) {
                    throw new UsageException(option + ": no value");
                }
            }
            if (values.put(option, value == null ? "" : value) != null) {
                throw new UsageException(option + ": given twice");
            }
        }
    }

    /** Takes {@code --name VALUE} and {@code --name=VALUE}; behind {@code --} come only words. */
    static Options parse(List<String> arguments) throws UsageException {
        return new Options(arguments);
    }

    /** An unknown option's value is not repeated: it may be a password behind a slip of the pen. */
    private static void check(String option, String value) throws UsageException {
        if (option.equals("--password") || option.equals("--keystore-password")) {
            String variable = option.equals("--password") ? " or the variable JMXMP_PASSWORD" : "";
            throw new UsageException(option + ": not on the command line, where others can see it (use " + option
                    + "-file" + variable + ")");
        }
        if (FLAGS.contains(option)) {
            if (value != null) {
                throw new UsageException(option + ": takes no value");
            }
        } else if (!VALUED.contains(option)) {
            throw new UsageException(option + ": unknown option (behind -- come only words)");
        } else if (value != null && value.isEmpty()) {
            throw new UsageException(option + ": no value");
        }
    }

    List<String> words() {
        return Collections.unmodifiableList(words);
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    /** Null where it was not given. */
    String value(String option) {
        return values.get(option);
    }

    void exclude(String option, String other) throws UsageException {
        if (has(option) && has(other)) {
            throw new UsageException(option + " and " + other + ": give one of them");
        }
    }

    void require(String option, String other) throws UsageException {
        if (has(option) && !has(other)) {
            throw new UsageException(option + ": needs " + other);
        }
    }

    /** From 1 on; absent means for ever. */
    long count(String option) throws UsageException {
        if (!has(option)) {
            return Long.MAX_VALUE;
        }
        long count = number(value(option));
        if (count < 1) {
            throw new UsageException(option + " " + value(option) + ": not a number from 1 on");
        }
        return count;
    }

    /** Takes 500ms, 5s, 2m and 1h; a number alone means seconds. */
    long millis(String option, long otherwise) throws UsageException {
        if (!has(option)) {
            return otherwise;
        }
        String text = value(option);
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long number = number(text.substring(0, digits));
        long unit = unit(text.substring(digits));
        if (number < 0 || unit == 0 || number * unit < 100 || number * unit > 24 * 3600000L) {
            throw new UsageException(option + " " + text + ": not a time from 100ms to 24h (such as 500ms, 5s, 2m)");
        }
        return number * unit;
    }

    private static long unit(String text) {
        switch (text) {
            case "ms":
                return 1;
            case "":
            case "s":
                return 1000;
            case "m":
                return 60000;
            case "h":
                return 3600000;
            default:
                return 0;
        }
    }

    private static long number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
