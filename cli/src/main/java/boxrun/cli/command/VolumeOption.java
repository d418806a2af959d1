package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code -v SRC:DST[:ro]}: a file or directory of this machine made visible in the box. */
final class VolumeOption {
    private VolumeOption() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.values(
                "-v, --volume",
                "SRC:DST[:ro]",
                "make a file or directory visible in the box",
                "SRC may be relative or start with ~, and must exist; DST is absolute; :ro forbids writing.",
                "May be given more than once."));
    }

    static List<Volume> read(ParseResult parsed, Surroundings here) {
        List<Volume> volumes = new ArrayList<>();
        for (String text : Options.values(parsed, "--volume")) {
            volumes.add(volume(text, here));
        }
        return List.copyOf(volumes);
    }

    private static Volume volume(String text, Surroundings here) {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty()) {
            throw bad(text, "expected SRC:DST or SRC:DST:ro");
        }
        if (!parts[1].startsWith("/")) {
            throw bad(text, "the path in the box must be absolute");
        }
        boolean readonly = parts.length == 3
                && switch (parts[2].toLowerCase(Locale.ROOT)) {
                    case "ro", "readonly" -> true;
                    case "rw" -> false;
                    default -> throw bad(text, "after the second colon only ro or rw is allowed");
                };
        Path source = here.resolve(parts[0]);
        if (!Files.exists(source)) {
            throw new ProblemException(
                            ErrorCode.VALIDATION_ERROR,
                            "cannot mount the volume '" + text + "': " + source + " does not exist")
                    .hint("make it first: mkdir -p " + source);
        }
        return new Volume(source.toString(), parts[1], readonly);
    }

    private static UsageException bad(String text, String why) {
        return new UsageException("bad volume '" + text + "': " + why);
    }
}
