package boxrun.cli.command;

import boxrun.api.Exec;
import boxrun.client.BoxrunClient;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** The arguments {@code BOX [EXEC]}: a command of a box, the latest unless one is named. */
record BoxAndExec(String box, Optional<String> exec) {
    static BoxAndExec read(ParseResult parsed, String synopsis) {
        List<String> words = Options.arguments(parsed);
        return switch (words.size()) {
            case 0 -> throw new UsageException("missing argument BOX").hint("usage: " + synopsis);
            case 1 -> new BoxAndExec(words.getFirst(), Optional.empty());
            case 2 -> new BoxAndExec(words.getFirst(), Optional.of(words.get(1)));
            default ->
                throw new UsageException("unexpected argument '" + words.get(2) + "'").hint("usage: " + synopsis);
        };
    }

    Exec find(BoxrunClient daemon) {
        return NamedBox.ask(daemon, box, name -> NamedExec.of(daemon.execs(name), name, exec));
    }
}
