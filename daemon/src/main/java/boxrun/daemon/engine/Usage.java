package boxrun.daemon.engine;

import java.util.OptionalLong;

/**
 * What a box uses now; empty where that is not known.
 *
 * @param cpuMicros microseconds of CPU since the box was started
 * @param memoryBytes what counts towards the limit
 * @param pids processes and threads
 * @param diskBytes what is taken of the box's disk
 * @param outOfMemoryKills processes killed because of the memory limit since the box was started
 */
public record Usage(
        OptionalLong cpuMicros,
        OptionalLong memoryBytes,
        OptionalLong pids,
        OptionalLong diskBytes,
        OptionalLong networkReceivedBytes,
        OptionalLong networkSentBytes,
        OptionalLong outOfMemoryKills) {
    public static final Usage UNKNOWN = new Usage(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
}
