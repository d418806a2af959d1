package boxrun.cli.command;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun create}. */
public final class CreateCommand implements Command {
    private static final String DEFAULT_IMAGE = "default";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "create",
                " [OPTIONS] [IMAGE]",
                "Make a box that stays, and start it",
                "Nothing runs in it until 'boxrun exec' or 'boxrun shell' is used. Its disk lives until 'boxrun rm'.",
                "Prints the name of the box, or its id when it has no name or -q is given.");
        BoxOptions.addTo(spec);
        spec.addOption(Options.value("-w, --workdir", "DIR", "directory in the box where commands run"));
        spec.addOption(Options.value(
                "--init-timeout",
                "DURATION",
                "how long the box may take to be ready",
                "The time to fetch its image is not counted. A box that takes longer is not made."));
        ProgressOption.addTo(spec, "show no progress, and print the id alone");
        spec.addPositional(Options.argument(
                "IMAGE", List.of(), "the image, see 'boxrun help image-names'; 'default' unless given"));
        spec.usageMessage()
                .footer(
                        "boxrun create --name web ubuntu",
                        "box=$(boxrun create --memory 2g -v .:/src -w /src python)",
                        "boxrun create --name site --network -p 8080:80 --label stage=test host");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new MakeBox(
                BoxOptions.read(
                        parsed,
                        here,
                        Options.argument(parsed).orElse(DEFAULT_IMAGE),
                        EnvironmentOptions.read(parsed, here)),
                ProgressOption.read(parsed),
                Options.has(parsed, "--quiet"),
                DurationOption.positive(parsed, "--init-timeout"));
    }
}
