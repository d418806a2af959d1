package boxrun.daemon.engine.container;

import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.EffectiveLimits;
import boxrun.daemon.engine.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Reads what the kernel says of a running box: its control groups, its first process in /proc, its root. A file that is
 * not there, or vanishes with the box, is a number that is not known.
 */
final class Gauges {
    /** Control groups of version 1 say this, rounded down to a page, where there is no limit. */
    private static final long NO_LIMIT = Long.MAX_VALUE >> 16;

    private final List<Path> groups;
    private final Path process;
    private final Optional<Path> disk;
    private final OptionalLong outOfMemoryKills;

    /**
     * The gauges of a box.
     *
     * @param diskLimited whether its root is on a disk of its own; otherwise the numbers would be the host's
     */
    Gauges(Cgroups cgroups, BoxId box, ProcessIdentity agent, boolean diskLimited) {
        this.groups = cgroups.groups(box);
        this.process = Path.of("/proc", Long.toString(agent.pid()));
        this.disk = diskLimited ? Optional.of(process.resolve("root")) : Optional.empty();
        this.outOfMemoryKills =
                cgroups.has("memory") ? OptionalLong.of(cgroups.outOfMemoryKills(box)) : OptionalLong.empty();
    }

    EffectiveLimits limits() {
        return new EffectiveLimits(
                quota(),
                limit("memory.limit_in_bytes", "memory.max"),
                limit("pids.max"),
                ofDisk(root -> root.toFile().getTotalSpace()),
                openFiles());
    }

    Usage usage() {
        OptionalLong nanos = number("cpuacct.usage");
        return new Usage(
                nanos.isPresent() ? OptionalLong.of(nanos.getAsLong() / 1000) : field("cpu.stat", "usage_usec"),
                number("memory.usage_in_bytes", "memory.current"),
                number("pids.current"),
                ofDisk(root -> root.toFile().getTotalSpace() - root.toFile().getFreeSpace()),
                device(0),
                device(8),
                outOfMemoryKills);
    }

    /** Version 1 has the quota and the period in a file each, version 2 both in one. */
    private Optional<BigDecimal> quota() {
        List<String> both = text("cpu.max")
                .or(() -> text("cpu.cfs_quota_us")
                        .flatMap(quota -> text("cpu.cfs_period_us").map(period -> quota + " " + period)))
                .map(words -> List.of(words.split(" ", -1)))
                .orElse(List.of());
        if (both.size() != 2 || !both.stream().allMatch(word -> word.matches("[0-9]+"))) {
            return Optional.empty();
        }
        return Optional.of(
                new BigDecimal(both.getFirst()).divide(new BigDecimal(both.getLast()), MathContext.DECIMAL32));
    }

    private OptionalLong limit(String... files) {
        OptionalLong limit = number(files);
        return limit.isPresent() && limit.getAsLong() < NO_LIMIT ? limit : OptionalLong.empty();
    }

    private OptionalLong number(String... files) {
        return longs(Stream.of(files).flatMap(file -> text(file).stream()));
    }

    private OptionalLong field(String file, String name) {
        return longs(text(file).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1)));
    }

    private static OptionalLong longs(Stream<String> texts) {
        return texts.filter(text -> text.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /** A file of whichever group has it. */
    private Optional<String> text(String file) {
        return groups.stream()
                .flatMap(group -> read(group.resolve(file)).stream())
                .findFirst();
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException notThereOrGone) {
            return Optional.empty();
        }
    }

    /** The hard limit: a process may raise its own up to it. */
    private OptionalLong openFiles() {
        return longs(lines("limits")
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+", -1)[4]));
    }

    /** A column of /proc/net/dev, added up over the devices but the loopback one; empty when there is none. */
    private OptionalLong device(int column) {
        List<Long> counts = lines("net/dev")
                .filter(line -> line.contains(":") && !line.strip().startsWith("lo:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip().split("\\s+", -1))
                .map(columns -> Long.valueOf(columns[column]))
                .toList();
        return counts.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(counts.stream().mapToLong(Long::longValue).sum());
    }

    private Stream<String> lines(String file) {
        return read(process.resolve(file)).stream().flatMap(String::lines);
    }

    /** Asks the file system that the box has as its root; 0 is what a root that is gone has. */
    private OptionalLong ofDisk(ToLongFunction<Path> question) {
        return disk.stream().mapToLong(question).filter(bytes -> bytes > 0).findFirst();
    }
}
