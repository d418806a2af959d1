package boxrun.daemon.engine;

import java.math.BigDecimal;

/** What a box may use at most: CPUs (may be a fraction), MiB of memory, GiB of disk, processes and threads. */
public record Limits(BigDecimal cpu, int memoryMb, int diskSizeGb, int pids) {}
