package boxrun.cli.command;

import picocli.CommandLine.Model.CommandSpec;

/** {@code -u, --user}. */
final class UserOption {
    private UserOption() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.value(
                "-u, --user",
                "USER[:GROUP]",
                "user in the box to run the command as",
                "Names or numbers; without it the image's user."));
    }
}
