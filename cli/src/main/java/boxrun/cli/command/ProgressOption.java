package boxrun.cli.command;

import boxrun.cli.terminal.ProgressMode;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code --progress}, and {@code --quiet}, which is also {@code --progress none}. */
final class ProgressOption {
    private static final List<String> MODES = List.of("auto", "plain", "none", "json");

    private ProgressOption() {}

    static void addTo(CommandSpec spec, String quiet) {
        spec.addOption(Options.choice(
                "--progress",
                MODES,
                "how to show the progress of a pull, on standard error",
                "auto draws it when standard error is a terminal and is silent otherwise; plain writes a line when a",
                "layer is done; json writes one object a line."));
        spec.addOption(Options.flag("-q, --quiet", quiet));
    }

    static ProgressMode read(ParseResult parsed) {
        String fallback = Options.has(parsed, "--quiet") ? "none" : "auto";
        return ProgressMode.valueOf(
                Options.choice(parsed, "--progress", MODES).orElse(fallback).toUpperCase(Locale.ROOT));
    }
}
