package boxrun.daemon.engine.container;

import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The control groups in which boxes run, one for each box below a common parent.
 *
 * @param version 1, 2, or 0 when this process may make none
 * @param hierarchies where they are mounted: one for each controller in version 1
 * @param parent of the boxes' groups, as an absolute path in a hierarchy
 * @param controllers which can be used
 */
record Cgroups(int version, List<Path> hierarchies, String parent, List<String> controllers) {
    /** The group in which those of the boxes are. */
    static final String BOXES = "boxrun";

    private static final long PERIOD_MICROS = 100_000;
    /** The kernel refuses shorter quotas. */
    private static final long MIN_QUOTA_MICROS = 1_000;
    /** One in a millisecond. */
    private static final int REMOVING_ATTEMPTS = 1_000;

    Cgroups {
        hierarchies = List.copyOf(hierarchies);
        controllers = List.copyOf(controllers);
    }

    boolean has(String controller) {
        return controllers.contains(controller);
    }

    /** The runtime's word for how it should manage control groups. */
    String manager() {
        return version == 0 ? "disabled" : "cgroupfs";
    }

    /** A box's group as the runtime wants to know it. */
    Optional<String> path(BoxId box) {
        return version == 0 ? Optional.empty() : Optional.of(parent + "/" + box);
    }

    /** What stands in a configuration under {@code linux.resources}. */
    Map<String, Object> resources(Limits limits) {
        Map<String, Object> resources = new LinkedHashMap<>();
        if (has("memory")) {
            long bytes = (long) limits.memoryMb() << 20;
            resources.put("memory", swapCounted() ? Map.of("limit", bytes, "swap", bytes) : Map.of("limit", bytes));
        }
        if (has("cpu")) {
            long quota = limits.cpu()
                    .multiply(BigDecimal.valueOf(PERIOD_MICROS))
                    .max(BigDecimal.valueOf(MIN_QUOTA_MICROS))
                    .longValue();
            resources.put("cpu", Map.of("quota", quota, "period", PERIOD_MICROS));
        }
        if (has("pids")) {
            resources.put("pids", Map.of("limit", limits.pids()));
        }
        if (has("devices")) {
            resources.put("devices", List.of(Map.of("allow", false, "access", "rwm")));
        }
        return resources;
    }

    /** How many processes of a box the kernel has killed because of its memory limit, since the box was started. */
    long outOfMemoryKills(BoxId box) {
        String file = version == 1 ? "memory.oom_control" : "memory.events";
        return groups(box).stream()
                .map(group -> group.resolve(file))
                .filter(Files::exists)
                .mapToLong(Cgroups::kills)
                .sum();
    }

    private static long kills(Path events) {
        try (Stream<String> lines = Files.lines(events)) {
            return lines.filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                    .sum();
        } catch (IOException | UncheckedIOException removedMeanwhile) {
            return 0;
        }
    }

    /** The groups of a box that are there; for a box that has ended they can be removed. */
    List<Path> groups(BoxId box) {
        return hierarchies.stream()
                .map(hierarchy -> hierarchy.resolve((parent + "/" + box).substring(1)))
                .filter(Files::isDirectory)
                .toList();
    }

    /** What runs in the groups of a box, whoever has started it. */
    List<ProcessIdentity> processes(BoxId box) throws IOException {
        List<ProcessIdentity> found = new ArrayList<>();
        for (Path group : groups(box)) {
            try (Stream<Path> tree = Files.walk(group)) {
                for (Path each : tree.filter(Files::isDirectory).toList()) {
                    for (String pid : Files.readAllLines(each.resolve("cgroup.procs"))) {
                        ProcessIdentity.of(Long.parseLong(pid)).ifPresent(found::add);
                    }
                }
            } catch (NoSuchFileException | UncheckedIOException removedMeanwhile) {
                // With the group its processes are gone.
            }
        }
        return found;
    }

    /** Removes the groups of a box without processes. */
    void remove(BoxId box) throws IOException, InterruptedException {
        for (Path group : groups(box)) {
            for (int attempt = 1; !remove(group, attempt == REMOVING_ATTEMPTS); attempt++) {
                Thread.sleep(1);
            }
        }
    }

    /** A group may be busy for a moment after the end of its last process. */
    private static boolean remove(Path group, boolean last) throws IOException {
        try {
            Files.deleteIfExists(group);
            return true;
        } catch (FileSystemException hasGroupsOrIsBusy) {
            try (DirectoryStream<Path> below = Files.newDirectoryStream(group, Files::isDirectory)) {
                for (Path inner : below) {
                    remove(inner, last);
                }
            } catch (NoSuchFileException gone) {
                return true;
            }
            if (last) {
                throw hasGroupsOrIsBusy;
            }
            return false;
        }
    }

    /** What a file of the kernel names, one beside the other; nothing when it cannot be read. */
    static List<String> words(Path file) throws IOException {
        return Files.isReadable(file) ? List.of(Files.readString(file).strip().split(" ", -1)) : List.of();
    }

    /** Without swap accounting in the kernel a limit for it is an error. */
    private boolean swapCounted() {
        return version == 2
                || hierarchies.stream()
                        .anyMatch(hierarchy -> Files.exists(hierarchy.resolve("memory.memsw.limit_in_bytes")));
    }
}
