package boxrun.daemon.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out which ids the boxes of this process's user have. */
public final class IdMapDetection {
    /** For root without a line in /etc/subuid: where useradd begins to give ranges away, and how many ids it gives. */
    private static final long ROOT_FIRST = 100_000;

    private static final long ROOT_COUNT = 65_536;

    /** The host's own ids, outside of every user namespace. */
    private static final List<IdExtent> ALL = List.of(new IdExtent(0, 0, (1L << 32) - 1));

    private final long user;
    private final long group;
    private final String name;
    private final Path etc;
    private final Path self;

    /** @param self the process's directory in /proc */
    IdMapDetection(long user, long group, String name, Path etc, Path self) {
        this.user = user;
        this.group = group;
        this.name = name;
        this.etc = etc;
        this.self = self;
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
                            Path.of("/etc"),
                            self)
                    .detect();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read who runs this process from /proc/self", e);
        }
    }

    IdMap detect() {
        List<IdExtent> own = extents("uid_map");
        if (user == 0 && !own.equals(ALL)) {
            return new IdMap(identity(own), identity(extents("gid_map")), false);
        }
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

    /** Root of a user namespace only, as in a rootless container: its boxes have the ids that it has, as they are. */
    private static List<IdExtent> identity(List<IdExtent> own) {
        List<IdExtent> identity = new ArrayList<>();
        for (IdExtent extent : own) {
            long inside = extent.inside();
            long count = extent.count();
            if (inside == 0) {
                identity.addFirst(new IdExtent(0, 0, 1));
                inside++;
                count--;
            }
            if (count > 0) {
                identity.add(new IdExtent(inside, inside, count));
            }
        }
        return identity;
    }

    /** The map of the user namespace that this process is in; all ids where there is none. */
    private List<IdExtent> extents(String file) {
        Path path = self.resolve(file);
        try {
            List<IdExtent> extents = new ArrayList<>();
            for (String line : Files.exists(path) ? Files.readAllLines(path) : List.<String>of()) {
                String[] part = line.strip().split(" +", -1);
                extents.add(new IdExtent(Long.parseLong(part[0]), Long.parseLong(part[1]), Long.parseLong(part[2])));
            }
            return extents.isEmpty() ? ALL : extents;
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("cannot read " + path + ": " + e.getMessage(), e);
        }
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
