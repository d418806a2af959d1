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

/**
 * The volumes of a box, checked, as the launcher wants them. It shows all that is mounted below them, and nothing of
 * them can be a device or give privileges in the box. For a daemon of root it maps the owners of the host's files, so
 * that root of the box is root there; in a user's box the user is root.
 */
final class VolumeMounts {
    /** What the box itself stands on; a volume there would break it or take its protection away. */
    private static final List<Path> RESERVED =
            List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"), Path.of("/.boxrun"));

    private VolumeMounts() {}

    /** The words for the launcher's command line, outer volumes before those that lie in them. */
    static List<String> arguments(List<Volume> volumes) {
        List<String> arguments = new ArrayList<>();
        volumes.stream()
                .sorted(Comparator.comparingInt(volume -> target(volume).getNameCount()))
                .forEach(volume -> {
                    arguments.add(volume.readonly() ? "--read-only-volume" : "--volume");
                    arguments.add(source(volume).toString());
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
