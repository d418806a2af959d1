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
 *       nearest group above this process that belongs to the user and passes its controllers on. Such a group has no
 *       processes of its own, as the kernel demands.
 * </ul>
 */
final class CgroupDetection {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private CgroupDetection() {}

    static Cgroups detect(boolean privileged) {
        try {
            if (Files.exists(ROOT.resolve("cgroup.controllers"))) {
                return privileged ? unified("/boxrun", words(ROOT.resolve("cgroup.controllers"))) : delegated();
            }
            return privileged ? separate() : none();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot find out about control groups", e);
        }
    }

    private static Cgroups none() {
        return new Cgroups(0, List.of(), "", List.of());
    }

    private static Cgroups unified(String parent, List<String> controllers) {
        return new Cgroups(2, List.of(ROOT), parent, controllers);
    }

    /** {@code 0::/user.slice/…} in /proc/self/cgroup is the group of this process. */
    private static Cgroups delegated() throws IOException {
        String own = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .findFirst()
                .orElse("0::/")
                .substring("0::/".length());
        for (Path group = ROOT.resolve(own); group.startsWith(ROOT) && !group.equals(ROOT); group = parent(group)) {
            List<String> passedOn = words(group.resolve("cgroup.subtree_control"));
            boolean ours = Files.isWritable(group) && Files.isWritable(group.resolve("cgroup.procs"));
            if (ours && passedOn.contains("memory") && passedOn.contains("pids")) {
                return unified("/" + ROOT.relativize(group) + "/boxrun", passedOn);
            }
        }
        return none();
    }

    private static Path parent(Path group) {
        Path parent = group.getParent();
        return parent == null ? ROOT : parent;
    }

    /** The mounts of type cgroup; each says in its options which controllers it has. */
    private static Cgroups separate() throws IOException {
        List<Path> hierarchies = new ArrayList<>();
        List<String> controllers = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
            String[] field = line.split(" ", -1);
            if (field.length > 3 && field[2].equals("cgroup") && Files.isWritable(Path.of(field[1]))) {
                hierarchies.add(Path.of(field[1]));
                controllers.addAll(List.of(field[3].split(",", -1)));
            }
        }
        return hierarchies.isEmpty() ? none() : new Cgroups(1, hierarchies, "/boxrun", controllers);
    }

    private static List<String> words(Path file) throws IOException {
        return Files.isReadable(file) ? List.of(Files.readString(file).strip().split(" ", -1)) : List.of();
    }
}
