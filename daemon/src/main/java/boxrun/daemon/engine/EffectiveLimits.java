package boxrun.daemon.engine;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What holds a box in, read back from whatever enforces it; empty where nothing does, or nothing can be read.
 *
 * @param cpu CPUs
 * @param diskBytes the size of the box's disk, which is a little less than was asked for
 * @param openFiles of one process
 */
public record EffectiveLimits(
        Optional<BigDecimal> cpu,
        OptionalLong memoryBytes,
        OptionalLong pids,
        OptionalLong diskBytes,
        OptionalLong openFiles) {
    public static final EffectiveLimits UNKNOWN = new EffectiveLimits(
            Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
}
