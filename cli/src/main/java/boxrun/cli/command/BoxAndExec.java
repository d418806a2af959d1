package boxrun.cli.command;

import boxrun.api.Exec;
import boxrun.client.BoxrunClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** The arguments {@code BOX [EXEC]}: a command of a box, the latest unless one is named. */
record BoxAndExec(String box, Optional<String> exec) {
    static BoxAndExec read(ParseResult parsed) {
        List<String> words = Options.required(parsed);
        if (words.size() > 2) {
            throw new UsageException("unexpected argument '" + words.get(2) + "'")
                    .hint("usage: " + parsed.commandSpec().usageMessage().customSynopsis()[0]);
        }
        return new BoxAndExec(words.getFirst(), words.size() == 2 ? Optional.of(words.get(1)) : Optional.empty());
    }

    /** Several: a command, which begins as their ids do, is one of the box before it. */
    static List<BoxAndExec> readAll(ParseResult parsed) {
        List<String> words = Options.required(parsed);
        List<BoxAndExec> all = new ArrayList<>();
        String box = words.getFirst();
        for (int i = 0; i < words.size(); i++) {
            boolean command = i > 0 && words.get(i).startsWith(NamedExec.ID);
            box = command ? box : words.get(i);
            boolean commandFollows =
                    !command && i + 1 < words.size() && words.get(i + 1).startsWith(NamedExec.ID);
            if (!commandFollows) {
                all.add(new BoxAndExec(box, command ? Optional.of(words.get(i)) : Optional.empty()));
            }
        }
        return all;
    }

    Exec find(BoxrunClient daemon) {
        return NamedBox.ask(daemon, box, name -> NamedExec.of(daemon.execs(name), name, exec));
    }
}
