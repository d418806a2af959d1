package boxrun.cli.command;

import boxrun.api.CreateBox;
import boxrun.api.Port;
import boxrun.api.Volume;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What a box that is to be made looks like. */
final class BoxOptions {
    private BoxOptions() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.value(
                "--name",
                "NAME",
                "what to call the box",
                "Letters, digits, and _ . - but not as the first. No other box may have it."));
        LabelOption.addTo(spec);
        EnvironmentOptions.addTo(spec);
        VolumeOption.addTo(spec);
        ResourceOptions.addTo(spec);
        PortOption.addTo(spec);
        PullOption.addTo(spec);
    }

    /** @param variables what every command in the box gets */
    static CreateBox read(ParseResult parsed, Surroundings here, String image, Map<String, String> variables) {
        ResourceOptions resources = ResourceOptions.read(parsed, image);
        List<Volume> volumes = VolumeOption.read(parsed, here);
        List<Port> ports = PortOption.read(parsed);
        return new CreateBox(
                here.image(image),
                Options.value(parsed, "--name").orElse(null),
                resources.cpu().orElse(null),
                resources.memoryMb().orElse(null),
                resources.diskGb().orElse(null),
                resources.network().orElse(null),
                Options.value(parsed, "--workdir").orElse(null),
                unlessEmpty(variables),
                volumes.isEmpty() ? null : volumes,
                unlessEmpty(LabelOption.read(parsed)),
                ports.isEmpty() ? null : ports,
                resources.pids().orElse(null),
                PullOption.read(parsed).orElse(null));
    }

    static @Nullable Map<String, String> unlessEmpty(Map<String, String> map) {
        return map.isEmpty() ? null : Map.copyOf(map);
    }
}
