package boxrun.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/boxes/{id}/stats}: what a box uses now; null where that is not known, and everywhere while it does not
 * run.
 *
 * @param cpuUsageUsec microseconds of CPU since the box was started
 * @param memoryBytes what the kernel counts towards the limit, files in its cache included
 * @param pids processes and threads
 * @param diskBytes what is taken of the box's disk
 * @param oomKills processes that the kernel has killed because of the memory limit, since the box was started
 */
public record BoxStats(
        Instant at,
        @Nullable Long cpuUsageUsec,
        @Nullable Long memoryBytes,
        @Nullable Long memoryLimitBytes,
        @Nullable Long pids,
        @Nullable Long pidsLimit,
        @Nullable Long diskBytes,
        @Nullable Long diskLimitBytes,
        @Nullable Long networkRxBytes,
        @Nullable Long networkTxBytes,
        @Nullable Long oomKills) {}
