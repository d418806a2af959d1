package boxrun.cli.help;

import boxrun.cli.command.Action;
import boxrun.cli.command.Catalog;
import boxrun.cli.command.Command;
import boxrun.cli.command.Options;
import boxrun.cli.command.Surroundings;
import boxrun.cli.command.UsageException;
import boxrun.cli.print.Palette;
import boxrun.config.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun help [COMMAND|TOPIC]}. */
public final class HelpCommand implements Command {
    private final Catalog catalog;

    public HelpCommand(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command("help", " [COMMAND|TOPIC]", "Explain a command or a topic");
        spec.addPositional(Options.argument("COMMAND|TOPIC", words(), "what to explain; without it, all commands"));
        spec.usageMessage().footer("boxrun help run", "boxrun help exit-codes");
        return spec;
    }

    private List<String> words() {
        List<String> words = new ArrayList<>(catalog.names());
        for (Topic topic : Topic.values()) {
            words.add(topic.word());
        }
        return words;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        Optional<String> word = Options.argument(parsed);
        if (word.isPresent()
                && catalog.named(word.get()).isEmpty()
                && Topic.named(word.get()).isEmpty()) {
            UsageException unknown = new UsageException("no command or topic '" + word.get() + "'");
            throw Spelling.nearest(word.get(), words())
                    .map(near -> unknown.hint("did you mean: boxrun help " + near))
                    .orElse(unknown.hint("boxrun help lists them"));
        }
        return session -> {
            session.console().print(text(word, session.palette()));
            return 0;
        };
    }

    private String text(Optional<String> word, Palette palette) {
        if (word.isEmpty()) {
            return HelpText.ofAll(catalog, palette);
        }
        return catalog.named(word.get())
                .map(command -> HelpText.of(command, palette, true))
                .orElseGet(() -> Topic.named(word.get()).orElseThrow().text());
    }
}
