package boxrun.daemon.box;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** What running boxes hold of the host. Stopped boxes hold nothing. */
final class Quota {
    private final HostSize host;
    private final Map<BoxId, Share> held = new HashMap<>();

    private record Share(BigDecimal cpu, int memoryMb) {}

    Quota(HostSize host) {
        this.host = host;
    }

    /**
     * Takes a share for a box; one that holds a share already gets this one instead.
     *
     * @throws ProblemException {@code RESOURCE_EXCEEDED}
     */
    synchronized void reserve(BoxId box, BigDecimal cpu, int memoryMb) {
        if (cpu.compareTo(host.cpu()) > 0) {
            throw exceeded("cpu " + text(cpu) + " is more than the " + text(host.cpu()) + " CPUs a box may have");
        }
        if (memoryMb > host.memoryMb()) {
            throw exceeded("memory_mb " + memoryMb + " is more than the " + host.memoryMb() + " MB a box may have");
        }
        BigDecimal cpus = cpu;
        long memory = memoryMb;
        for (Map.Entry<BoxId, Share> other : held.entrySet()) {
            if (!other.getKey().equals(box)) {
                cpus = cpus.add(other.getValue().cpu());
                memory += other.getValue().memoryMb();
            }
        }
        BigDecimal cpuLimit = host.cpu().multiply(host.cpuOvercommit());
        if (cpus.compareTo(cpuLimit) > 0) {
            throw exceeded("running boxes would have " + text(cpus) + " CPUs together, more than " + text(cpuLimit))
                    .hint("stop or remove a box that is not needed");
        }
        BigDecimal memoryLimit = BigDecimal.valueOf(host.memoryMb()).multiply(host.memoryOvercommit());
        if (BigDecimal.valueOf(memory).compareTo(memoryLimit) > 0) {
            throw exceeded("running boxes would have " + memory + " MB of memory together, more than "
                            + text(memoryLimit))
                    .hint("stop or remove a box that is not needed, or ask for less with memory_mb");
        }
        held.put(box, new Share(cpu, memoryMb));
    }

    /** Takes a share for a box that runs already, whatever the limits are now. */
    synchronized void adopt(BoxId box, BigDecimal cpu, int memoryMb) {
        held.put(box, new Share(cpu, memoryMb));
    }

    synchronized void release(BoxId box) {
        held.remove(box);
    }

    private static String text(BigDecimal number) {
        return number.stripTrailingZeros().precision() > 20
                ? number.toString()
                : number.stripTrailingZeros().scale() < -20
                        ? number.toString()
                        : number.stripTrailingZeros().toPlainString();
    }

    private static ProblemException exceeded(String message) {
        return new ProblemException(ErrorCode.RESOURCE_EXCEEDED, message);
    }
}
