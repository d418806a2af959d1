package boxrun.daemon.box;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Setting;
import boxrun.config.Settings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What boxes may use of this host.
 *
 * @param cpu CPUs that one box may have at most
 * @param memoryMb MiB that one box may have at most
 * @param cpuOvercommit how many times {@code cpu} the running boxes may have together: CPUs are shared in time
 * @param memoryOvercommit how many times {@code memoryMb} the running boxes may have together
 * @param pids processes and threads that one box may have
 * @param strict whether no box is made where the host cannot enforce all of its limits
 */
public record HostSize(
        BigDecimal cpu,
        long memoryMb,
        BigDecimal cpuOvercommit,
        BigDecimal memoryOvercommit,
        int pids,
        boolean strict) {
    private static final Path MEMORY = Path.of("/proc/meminfo");

    /** What the settings say, and what this host has where they say nothing. */
    public static HostSize of(Settings settings) {
        return new HostSize(
                settings.decimal(Setting.MAX_CPU)
                        .orElseGet(() -> BigDecimal.valueOf(Runtime.getRuntime().availableProcessors())),
                settings.whole(Setting.MAX_MEMORY_MB).map(Integer::longValue).orElseGet(HostSize::memoryOfThisHost),
                settings.decimal(Setting.CPU_OVERCOMMIT).orElseThrow(),
                settings.decimal(Setting.MEMORY_OVERCOMMIT).orElseThrow(),
                settings.whole(Setting.PIDS).orElseThrow(),
                settings.text(Setting.LIMITS).orElseThrow().equals("strict"));
    }

    /** {@code MemTotal} of proc_meminfo(5), which is in kibibytes. */
    private static long memoryOfThisHost() {
        try {
            return Files.readAllLines(MEMORY).stream()
                            .filter(line -> line.startsWith("MemTotal:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow(() -> new IOException("it has no MemTotal"))
                    / 1024;
        } catch (IOException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR, "cannot read the size of the memory from " + MEMORY + ": " + e)
                    .hint("set BOXRUN_MAX_MEMORY_MB")
                    .because(e);
        }
    }
}
