package boxrun.daemon.engine.container;

import boxrun.daemon.engine.ProcessEnd;
import java.util.function.LongSupplier;

/** Tells why a command of a box was killed, by what was counted in the box since the command began. */
final class Kills {
    private static final int SIGKILL = 9;
    private static final int KILLED = 128 + SIGKILL;

    private final LongSupplier memory;
    private final LongSupplier disk;
    private final long memoryBefore;
    private final long diskBefore;

    private Kills(LongSupplier memory, LongSupplier disk, long memoryBefore, long diskBefore) {
        this.memory = memory;
        this.disk = disk;
        this.memoryBefore = memoryBefore;
        this.diskBefore = diskBefore;
    }

    /**
     * For a command that begins now.
     *
     * @param memory how many processes of the box were killed for want of memory
     * @param disk how often commands of the box were ended because of its disk
     */
    static Kills fromNow(LongSupplier memory, LongSupplier disk) {
        return new Kills(memory, disk, memory.getAsLong(), disk.getAsLong());
    }

    /** For a command of which nobody knows which earlier kill was its own: any may have been. */
    static Kills fromBefore(LongSupplier memory, LongSupplier disk) {
        return new Kills(memory, disk, 0, 0);
    }

    /** A shell whose child was killed ends with 137 by itself. */
    ProcessEnd exited(int code) {
        return code == KILLED && (over() || outOfMemory()) ? signaled(SIGKILL) : new ProcessEnd.Exited(code);
    }

    ProcessEnd signaled(int signal) {
        if (signal != SIGKILL) {
            return new ProcessEnd.Signaled(signal, false);
        }
        return over() ? new ProcessEnd.OverDisk() : new ProcessEnd.Signaled(signal, outOfMemory());
    }

    private boolean over() {
        return disk.getAsLong() > diskBefore;
    }

    private boolean outOfMemory() {
        return memory.getAsLong() > memoryBefore;
    }
}
