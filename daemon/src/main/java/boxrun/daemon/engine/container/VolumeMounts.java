package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Volume;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a box, checked, as the launcher wants them. It shows all that is mounted below them, and nothing of
 * them can be a device or give privileges in the box. For a daemon of root it maps the owners of the host's files, so
 * that root of the box is root there; in a user's box the user is root.
 */
final class VolumeMounts {
    /** What the box itself stands on; a volume there would break it or take its protection away. */
    private static final List<Path> RESERVED =
            List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"), Path.of("/.boxrun"));

    private final BoxDirectory box;

    /** Where the paths of the host have led when the box was started first, beside its disk. */
    record Sources(Map<String, String> byPath) {
        Sources {
            byPath = Map.copyOf(byPath);
        }
    }

    VolumeMounts(BoxDirectory box) {
        this.box = box;
    }

    /** The words for the launcher's command line, outer volumes before those that lie in them. */
    List<String> arguments(List<Volume> volumes) throws IOException {
        Map<String, String> sources =
                Records.read(box.volumes(), Sources.class).map(Sources::byPath).orElse(Map.of());
        if (sources.isEmpty() && !volumes.isEmpty()) {
            sources = volumes.stream()
                    .collect(Collectors.toMap(
                            Volume::hostPath, volume -> source(volume).toString(), (one, _) -> one));
            Records.write(box.volumes(), new Sources(sources));
        }
        return arguments(volumes, sources);
    }

    private static List<String> arguments(List<Volume> volumes, Map<String, String> sources) {
        List<String> arguments = new ArrayList<>();
        volumes.stream()
                .sorted(Comparator.comparingInt(volume -> target(volume).getNameCount()))
                .forEach(volume -> {
                    arguments.add(volume.readonly() ? "--read-only-volume" : "--volume");
                    arguments.add(unchanged(volume, sources.get(volume.hostPath())));
                    arguments.add("--at");
                    arguments.add(target(volume).toString());
                });
        return arguments;
    }

    private static Path target(Volume volume) {
        Path target = Path.of(volume.guestPath()).normalize();
        if (!target.isAbsolute() || target.getNameCount() == 0) {
            throw refused(volume, volume.guestPath() + " is not a path below / in the box");
        }
        for (Path reserved : RESERVED) {
            if (target.startsWith(reserved)) {
                throw refused(volume, reserved + " of the box is its own");
            }
        }
        return target;
    }

    /** A box may have led a path elsewhere that lies in a volume of its own, or of another box. */
    private static String unchanged(Volume volume, @Nullable String known) {
        String now = source(volume).toString();
        if (!now.equals(known)) {
            throw refused(volume, "it leads to " + now + " now, and not where it led when the box was made");
        }
        return now;
    }

    /** A link on the host is followed as the daemon's user would. */
    private static Path source(Volume volume) {
        try {
            Path source = Path.of(volume.hostPath()).toRealPath();
            if (Files.isDirectory(source) && !Files.isExecutable(source)) {
                throw new AccessDeniedException(source.toString());
            }
            return source;
        } catch (NoSuchFileException e) {
            throw refused(volume, "there is no such file or directory on the host");
        } catch (AccessDeniedException e) {
            throw refused(volume, "permission denied on the host");
        } catch (IOException e) {
            throw refused(volume, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                    .because(e);
        }
    }

    private static ProblemException refused(Volume volume, String why) {
        return new ProblemException(
                ErrorCode.VALIDATION_ERROR,
                "cannot mount " + volume.hostPath() + " at " + volume.guestPath() + ": " + why);
    }
}
