package jvmentrypoint.jmxmp.client;

import java.util.List;
import java.util.Map;

/** The words behind {@code java -jar jmxmp-agent.jar}, understood. */
final class CommandLine {
    final Target target;
    final Command command;
    final boolean json;

    private CommandLine(List<String> words, Options options, Map<String, String> environment) throws UsageException {
        if (words.isEmpty()) {
            throw new UsageException("no command");
        }
        Verb verb = Verb.of(words.get(0));
        if (words.size() < 2) {
            throw new UsageException(words.get(0) + ": too few words");
        }
        command = verb.parse(words.subList(2, words.size()), options);
        target = Target.parse(words.get(1), options, environment);
        json = options.has("--json");
    }

    static CommandLine parse(Options options, Map<String, String> environment) throws UsageException {
        return new CommandLine(options.words(), options, environment);
    }
}
