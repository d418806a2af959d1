package boxrun.cli.command;

import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * The words behind the options where options end at the first of them: what to run something in, an optional
 * {@code --}, and the command.
 */
record CommandWords(String first, List<String> command) {
    CommandWords {
        command = List.copyOf(command);
    }

    static CommandWords read(ParseResult parsed) {
        List<String> words = Options.required(parsed);
        List<String> command = words.subList(1, words.size());
        if (!command.isEmpty() && command.getFirst().equals("--")) {
            command = command.subList(1, command.size());
        }
        return new CommandWords(words.getFirst(), command);
    }
}
