package boxrun.cli.help;

import boxrun.cli.command.Action;
import boxrun.cli.command.Catalog;
import boxrun.cli.command.Command;
import boxrun.cli.command.Options;
import boxrun.cli.command.Surroundings;
import boxrun.cli.command.UsageException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun completion SHELL}. */
public final class CompletionCommand implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final Catalog catalog;

    public CompletionCommand(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "completion",
                " bash|zsh|fish",
                "Print the completion script of a shell",
                "To have it in every shell: for bash, put 'source <(boxrun completion bash)' into ~/.bashrc; for zsh,",
                "'source <(boxrun completion zsh)' into ~/.zshrc after compinit; for fish, write the script to",
                "~/.config/fish/completions/boxrun.fish.");
        spec.addPositional(Options.argument("SHELL", SHELLS, "bash, zsh or fish"));
        spec.usageMessage().footer("source <(boxrun completion bash)");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        String shell = Options.argument(parsed)
                .filter(SHELLS::contains)
                .orElseThrow(() -> new UsageException(
                                Options.argument(parsed).isPresent()
                                        ? "no completion for '"
                                                + Options.argument(parsed).get() + "'"
                                        : "missing argument SHELL")
                        .hint("the shells are bash, zsh and fish"));
        return session -> {
            session.console()
                    .print(
                            switch (shell) {
                                case "bash" -> BashCompletion.of(catalog);
                                case "zsh" -> ZshCompletion.of(catalog);
                                default -> FishCompletion.of(catalog);
                            });
            return 0;
        };
    }
}
