package boxrun.cli;

import boxrun.cli.command.Catalog;
import boxrun.cli.command.Command;
import boxrun.cli.command.VersionCommand;
import boxrun.cli.help.CompletionCommand;
import boxrun.cli.help.HelpCommand;
import java.util.List;
import java.util.Optional;

/** The subcommands of boxrun. */
public final class Commands implements Catalog {
    @Override
    public List<Group> groups() {
        return List.of(new Group("About boxrun", List.of("version", "completion", "help")));
    }

    @Override
    public Optional<Command> named(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "version" -> new VersionCommand();
                    case "completion" -> new CompletionCommand(this);
                    case "help" -> new HelpCommand(this);
                    default -> null;
                });
    }
}
