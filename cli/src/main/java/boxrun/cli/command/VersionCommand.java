package boxrun.cli.command;

import boxrun.cli.print.Listing;
import boxrun.config.Version;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun version}: of this program; it asks no daemon. */
public final class VersionCommand implements Command {
    /** What programs get to see. */
    private record Printed(String version, String build) {}

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "version",
                " [OPTIONS]",
                "Print the version",
                "Prints the version of this program and the build it comes from. A daemon of another build is replaced",
                "when no box runs; 'boxrun info' prints the daemon's version.");
        FormatOption.addTo(spec, "-f, --format", "Version");
        spec.usageMessage().footer("boxrun version", "boxrun version --format '{{.Version}}'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        Listing listing = FormatOption.read(parsed);
        return session -> {
            Version version = Version.current();
            Printed printed = new Printed(version.product(), version.build());
            session.console().print(FormatOption.text(listing, printed, () -> "boxrun " + version + "\n"));
            return 0;
        };
    }
}
