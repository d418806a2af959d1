package boxrun.cli.command;

import boxrun.config.Version;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun version}: of this program; it asks no daemon. */
public final class VersionCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "version",
                "",
                "Print the version",
                "Prints the version of this program and the build it comes from. A daemon of another build is replaced",
                "when no box runs; 'boxrun info' prints the daemon's version.");
        spec.usageMessage().footer("boxrun version");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return session -> {
            session.console().print("boxrun " + Version.current() + "\n");
            return 0;
        };
    }
}
