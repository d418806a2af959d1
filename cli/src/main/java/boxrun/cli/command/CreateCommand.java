package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.CreateBox;
import boxrun.api.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
                "Prints the name of the box, or its id when it has no name.");
        spec.addOption(Options.value(
                "--name", "NAME", "what to call the box", "Letters, digits, and _ . - but not as the first; unique."));
        EnvironmentOptions.addTo(spec);
        VolumeOption.addTo(spec);
        spec.addOption(Options.value("-w, --workdir", "DIR", "directory in the box where commands run"));
        ResourceOptions.addTo(spec);
        spec.addPositional(Options.argument(
                "IMAGE", List.of(), "the image, see 'boxrun help image-names'; 'default' unless given"));
        spec.usageMessage()
                .footer(
                        "boxrun create --name web ubuntu",
                        "box=$(boxrun create --memory 2g -v .:/src -w /src python)",
                        "boxrun create --name tools host");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        ResourceOptions resources = ResourceOptions.read(parsed);
        Map<String, String> variables = EnvironmentOptions.read(parsed, here);
        List<Volume> volumes = VolumeOption.read(parsed, here);
        return new MakeBox(new CreateBox(
                here.image(Options.argument(parsed).orElse(DEFAULT_IMAGE)),
                Options.value(parsed, "--name").orElse(null),
                resources.cpu().orElse(null),
                resources.memoryMb().orElse(null),
                resources.diskGb().orElse(null),
                resources.network().orElse(null),
                Options.value(parsed, "--workdir").orElse(null),
                variables.isEmpty() ? null : Map.copyOf(variables),
                volumes.isEmpty() ? null : volumes));
    }

    record MakeBox(CreateBox request) implements Action {
        @Override
        public int run(Session session) throws IOException {
            Box box = session.daemon().get().create(request);
            session.console().print(NamedBox.label(box) + "\n");
            return 0;
        }
    }
}
