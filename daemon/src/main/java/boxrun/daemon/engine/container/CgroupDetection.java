package boxrun.daemon.engine.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the control groups that boxes can have.
 *
 * <ul>
 *   <li>Root uses {@code /boxrun} in every hierarchy of version 1 or in the one of version 2.
 *   <li>A user can have groups in version 2 only, where the system's manager has delegated a part of the tree: in the
 *       scope that the daemon was started in, or else the nearest group above this process that belongs to the user and
 *       passes its controllers on. Such a group has no processes of its own, as the kernel demands.
 * </ul>
 */
final class CgroupDetection {
    private final Path mount;
    private final Path proc;
    private final DelegatedScope scope;

    /**
     * @param mount of the control groups
     * @param proc the file system of processes
     */
    CgroupDetection(Path mount, Path proc, DelegatedScope scope) {
        this.mount = mount;
        this.proc = proc;
        this.scope = scope;
    }

    /**
     * For the machine of this process.
     *
     * @param link in the state directory, to the group of a user's boxes
     */
    static Cgroups detect(boolean privileged, Path link) {
        return new CgroupDetection(Path.of("/sys/fs/cgroup"), Path.of("/proc"), new DelegatedScope(link))
                .detect(privileged);
    }

    Cgroups detect(boolean privileged) {
        try {
            Path controllers = mount.resolve("cgroup.controllers");
            if (Files.exists(controllers)) {
                return privileged ? unified("", Cgroups.words(controllers)) : delegated();
            }
            return privileged ? separate() : none();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot find out about control groups", e);
        }
    }

    private static Cgroups none() {
        return new Cgroups(0, List.of(), "", List.of());
    }

    private Cgroups unified(String group, List<String> controllers) {
        return new Cgroups(2, List.of(mount), group + "/" + Cgroups.BOXES, controllers);
    }

    /** {@code 0::/user.slice/…} in /proc/self/cgroup is the group of this process. */
    private Cgroups delegated() throws IOException {
        String own = Files.readAllLines(proc.resolve("self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .findFirst()
                .orElse("0::/")
                .substring("0::/".length());
        Path group = scope.enter(mount.resolve(own));
        for (; group.startsWith(mount) && !group.equals(mount); group = parent(group)) {
            List<String> passedOn = Cgroups.words(group.resolve("cgroup.subtree_control"));
            boolean ours = Files.isWritable(group) && Files.isWritable(group.resolve("cgroup.procs"));
            if (ours && passedOn.contains("memory") && passedOn.contains("pids")) {
                return unified("/" + mount.relativize(group), passedOn);
            }
        }
        return none();
    }

    private Path parent(Path group) {
        Path parent = group.getParent();
        return parent == null ? mount : parent;
    }

    /** The mounts of type cgroup; each says in its options which controllers it has. */
    private Cgroups separate() throws IOException {
        List<Path> hierarchies = new ArrayList<>();
        List<String> controllers = new ArrayList<>();
        for (String line : Files.readAllLines(proc.resolve("mounts"))) {
            String[] field = line.split(" ", -1);
            if (field.length > 3 && field[2].equals("cgroup") && Files.isWritable(Path.of(field[1]))) {
                hierarchies.add(Path.of(field[1]));
                controllers.addAll(List.of(field[3].split(",", -1)));
            }
        }
        return hierarchies.isEmpty() ? none() : new Cgroups(1, hierarchies, "/" + Cgroups.BOXES, controllers);
    }
}
