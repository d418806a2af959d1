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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mounts of volumes. A daemon of root maps the owners of the host's files, so that root of the box is root there;
 * in a user's box the user is root. Nothing of a volume can be a device or give privileges in the box.
 */
final class VolumeMounts {
    /** What the box itself stands on; a volume there would break it or take its protection away. */
    private static final List<String> RESERVED = List.of("/proc", "/sys", "/dev", "/.boxrun");

    private final boolean mapOwners;
    private final Path mountInfo;

    VolumeMounts(boolean mapOwners, Path mountInfo) {
        this.mapOwners = mapOwners;
        this.mountInfo = mountInfo;
    }

    /** The mounts of a configuration, one for each volume, in the order in which they can be nested. */
    List<Map<String, Object>> mounts(List<Volume> volumes) {
        List<Map<String, Object>> mounts = new ArrayList<>();
        for (Volume volume : volumes.stream()
                .sorted((one, other) -> Integer.compare(
                        Path.of(one.guestPath()).normalize().getNameCount(),
                        Path.of(other.guestPath()).normalize().getNameCount()))
                .toList()) {
            mounts.add(mount(volume));
        }
        return mounts;
    }

    private Map<String, Object> mount(Volume volume) {
        Path target = target(volume);
        Path source = source(volume);
        List<String> options = new ArrayList<>(List.of("rbind", "nosuid", "nodev", volume.readonly() ? "rro" : "rw"));
        if (mapOwners) {
            options.add("idmap");
            mountBelow(source).ifPresent(below -> {
                throw refused(volume, "something is mounted below it, at " + below)
                        .hint("give the volume " + below
                                + " as one of its own, or a directory without mounts below it");
            });
        }
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("destination", target.toString());
        mount.put("type", "bind");
        mount.put("source", source.toString());
        mount.put("options", options);
        return mount;
    }

    private static Path target(Volume volume) {
        Path target = Path.of(volume.guestPath()).normalize();
        if (!target.isAbsolute() || target.getNameCount() == 0) {
            throw refused(volume, volume.guestPath() + " is not a path below / in the box");
        }
        for (String reserved : RESERVED) {
            if (target.startsWith(reserved) && !target.startsWith("/dev/shm")) {
                throw refused(volume, reserved + " of the box is its own");
            }
        }
        return target;
    }

    /** The kernel does not map owners through a symbolic link, so it is followed here. */
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
            throw refused(volume, "permission denied");
        } catch (IOException e) {
            throw refused(volume, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                    .because(e);
        }
    }

    /**
     * A clone with mapped owners does not show other mounts below it; what is written there would vanish under them.
     */
    private Optional<Path> mountBelow(Path source) {
        try {
            return Files.readAllLines(mountInfo).stream()
                    .map(line -> Path.of(unescape(line.split(" ", -1)[4])))
                    .filter(point -> point.startsWith(source) && !point.equals(source))
                    .findFirst();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + mountInfo, e);
        }
    }

    /** The kernel writes space, tab, line feed and backslash as three octal digits. */
    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private static ProblemException refused(Volume volume, String why) {
        return new ProblemException(
                ErrorCode.VALIDATION_ERROR,
                "cannot mount " + volume.hostPath() + " at " + volume.guestPath() + ": " + why);
    }
}
