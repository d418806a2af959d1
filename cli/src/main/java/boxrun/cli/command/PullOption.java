package boxrun.cli.command;

import boxrun.api.PullPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code --pull}. */
final class PullOption {
    private static final List<String> POLICIES = List.of("missing", "always", "never");

    private PullOption() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.choice(
                "--pull",
                POLICIES,
                "when to ask a registry for the image",
                "missing, the preset, asks when the image is not here; never does not ask at all."));
    }

    static Optional<PullPolicy> read(ParseResult parsed) {
        return Options.choice(parsed, "--pull", POLICIES)
                .map(policy -> PullPolicy.valueOf(policy.toUpperCase(Locale.ROOT)));
    }
}
