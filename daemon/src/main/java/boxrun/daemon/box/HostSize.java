package boxrun.daemon.box;

import java.math.BigDecimal;

/**
 * What boxes may use of this host.
 *
 * @param cpu CPUs that one box may have at most
 * @param memoryMb MiB that one box may have at most
 * @param cpuOvercommit how many times {@code cpu} the running boxes may have together: CPUs are shared in time
 * @param memoryOvercommit how many times {@code memoryMb} the running boxes may have together
 * @param pids processes and threads that one box may have
 */
public record HostSize(
        BigDecimal cpu, long memoryMb, BigDecimal cpuOvercommit, BigDecimal memoryOvercommit, int pids) {}
