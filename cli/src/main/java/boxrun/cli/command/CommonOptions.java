package boxrun.cli.command;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that every command has, also in front of its name.
 *
 * @param help what kind of help is asked for instead of doing anything
 * @param host the daemon to talk to, as the user wrote it
 * @param debug show requests, and the causes of a failure
 */
public record CommonOptions(Help help, Optional<String> host, boolean debug) {

    /** Short help fits a screen; long help says everything. */
    public enum Help {
        NONE,
        SHORT,
        LONG
    }

    public static void addTo(CommandSpec spec) {
        // A command that is about this machine may have a --host of its own.
        if (spec.findOption("--host") == null) {
            spec.addOption(Options.value(
                    "-H, --host",
                    "URL",
                    "the daemon to talk to",
                    "unix:///path/to/boxrun.sock or http://host:port; also BOXRUN_HOST. Without it, the daemon of the",
                    "state directory, which is started when it does not run."));
        }
        spec.addOption(Options.flag("--debug", "show requests, and the causes of a failure"));
        // Marked as the parser knows them, so that what is required may be absent beside them; it allows one of each.
        spec.addOption(OptionSpec.builder("-h")
                .type(boolean.class)
                .versionHelp(true)
                .description("show short help")
                .build());
        spec.addOption(OptionSpec.builder("--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("show all help")
                .build());
    }

    /** Reads them from both sides of the command's name; the side behind it wins. */
    public static CommonOptions read(ParseResult before, ParseResult after) {
        Help help = Options.has(before, "--help") || Options.has(after, "--help")
                ? Help.LONG
                : Options.has(before, "-h") || Options.has(after, "-h") ? Help.SHORT : Help.NONE;
        return new CommonOptions(
                help,
                Options.value(after, "-H").or(() -> Options.value(before, "-H")),
                Options.has(before, "--debug") || Options.has(after, "--debug"));
    }
}
