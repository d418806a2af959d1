package boxrun.daemon.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds out which ids the boxes of this process's user have. */
public final class IdMapDetection {
    /** For root without a line in /etc/subuid: where useradd begins to give ranges away, and how many ids it gives. */
    private static final long ROOT_FIRST = 100_000;

    private static final long ROOT_COUNT = 65_536;

    private final long user;
    private final long group;
    private final String name;
    private final Path etc;

    IdMapDetection(long user, long group, String name, Path etc) {
        this.user = user;
        this.group = group;
        this.name = name;
        this.etc = etc;
    }

    /** The map for boxes of the user that runs this process. */
    public static IdMap ofThisProcess() {
        try {
            Path self = Path.of("/proc/self");
            int user = (Integer) Files.getAttribute(self, "unix:uid");
            int group = (Integer) Files.getAttribute(self, "unix:gid");
            return new IdMapDetection(
                            Integer.toUnsignedLong(user),
                            Integer.toUnsignedLong(group),
                            System.getProperty("user.name", ""),
                            Path.of("/etc"))
                    .detect();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read who runs this process from /proc/self", e);
        }
    }

    IdMap detect() {
        Optional<IdExtent> users = range("subuid");
        Optional<IdExtent> groups = range("subgid");
        if (user == 0) {
            IdExtent common = new IdExtent(0, ROOT_FIRST, ROOT_COUNT);
            return users.isPresent() && groups.isPresent()
                    ? new IdMap(List.of(users.get()), List.of(groups.get()), true)
                    : new IdMap(List.of(common), List.of(common), true);
        }
        IdExtent self = new IdExtent(0, user, 1);
        IdExtent selfGroup = new IdExtent(0, group, 1);
        return users.isPresent() && groups.isPresent()
                ? new IdMap(List.of(self, afterRoot(users.get())), List.of(selfGroup, afterRoot(groups.get())), false)
                : new IdMap(List.of(self), List.of(selfGroup), false);
    }

    private static IdExtent afterRoot(IdExtent range) {
        return new IdExtent(1, range.outside(), range.count());
    }

    /** The first range that subuid(5) or subgid(5) grants to the user, by name or by number. */
    private Optional<IdExtent> range(String file) {
        Path path = etc.resolve(file);
        try {
            if (!Files.isReadable(path)) {
                return Optional.empty();
            }
            for (String line : Files.readAllLines(path)) {
                String[] part = line.strip().split(":", -1);
                if (part.length == 3 && (part[0].equals(name) || part[0].equals(Long.toString(user)))) {
                    return Optional.of(new IdExtent(0, Long.parseLong(part[1]), Long.parseLong(part[2])));
                }
            }
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("cannot read the id ranges in " + path + ": " + e.getMessage(), e);
        }
    }
}
