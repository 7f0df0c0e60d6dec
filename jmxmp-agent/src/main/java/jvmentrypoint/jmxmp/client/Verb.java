package jvmentrypoint.jmxmp.client;

import java.util.List;

/** The commands: their words behind HOST:PORT, and what becomes of them. */
enum Verb {
    GET("get", "OBJECT_NAME [ATTRIBUTE...]", 1, Integer.MAX_VALUE, false) {
        @Override
        Command command(List<String> words, Options options) throws UsageException {
            return new Get(Names.one(words.get(0)), words.subList(1, words.size()));
        }
    },
    NAMES("names", "[PATTERN]", 0, 1, false) {
        @Override
        Command command(List<String> words, Options options) throws UsageException {
            return new Names(words.isEmpty() ? null : Names.parse(words.get(0)));
        }
    },
    INVOKE("invoke", "OBJECT_NAME OPERATION [ARGUMENT...]", 2, Integer.MAX_VALUE, false) {
        @Override
        Command command(List<String> words, Options options) throws UsageException {
            return new Invoke(Names.one(words.get(0)), words.get(1), words.subList(2, words.size()));
        }
    },
    THREADS("threads", "", 0, 0, false) {
        @Override
        Command command(List<String> words, Options options) {
            return new Threads();
        }
    },
    WATCH("watch", "OBJECT_NAME ATTRIBUTE... [OBJECT_NAME ATTRIBUTE...]...", 2, Integer.MAX_VALUE, true) {
        @Override
        Command command(List<String> words, Options options) throws UsageException {
            return new Watch(Column.parse(words), new Rounds(options, 5000));
        }
    },
    TOP("top", "", 0, 0, true) {
        @Override
        Command command(List<String> words, Options options) throws UsageException {
            return new Top(new Rounds(options, 2000), options.has("--count"));
        }
    };

    private final String word;
    private final String synopsis;
    private final int least;
    private final int most;
    private final boolean repeats;

    Verb(String word, String synopsis, int least, int most, boolean repeats) {
        this.word = word;
        this.synopsis = synopsis;
        this.least = least;
        this.most = most;
        this.repeats = repeats;
    }

    static Verb of(String word) throws UsageException {
        for (Verb verb : values()) {
            if (verb.word.equals(word)) {
                return verb;
            }
        }
        throw new UsageException(word + ": unknown command");
    }

    /** Takes the words behind HOST:PORT. */
    Command parse(List<String> words, Options options) throws UsageException {
        if (words.size() < least || words.size() > most) {
            throw new UsageException(word + ": " + (words.size() < least ? "too few words" : "too many words"));
        }
        for (String option : new String[] {"--every", "--count"}) {
            if (options.has(option) && !repeats) {
                throw new UsageException(option + ": only with watch and top");
            }
        }
        return command(words, options);
    }

    abstract Command command(List<String> words, Options options) throws UsageException;

    @Override
    public String toString() {
        return word + " HOST:PORT" + (synopsis.isEmpty() ? "" : " " + synopsis)
                + (repeats ? " [--every 5s] [--count N]" : "");
    }
}
