package boxrun.daemon.engine.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that stays recognisable when its number is given to another.
 *
 * @param started when it started, in clock ticks since the boot of the host
 * @param boot the kernel's identity of that boot
 */
record ProcessIdentity(long pid, long started, String boot) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /**
     * proc_pid_stat(5): the fields after the name, which ends with the last parenthesis; state is the first of them.
     */
    private static final int STATE = 0;

    private static final int START_TIME = 19;

    /** The process that has this number now; empty when none has or it is a zombie. */
    static Optional<ProcessIdentity> of(long pid) {
        return startOf(pid).map(started -> new ProcessIdentity(pid, started, currentBoot()));
    }

    boolean alive() {
        return boot.equals(currentBoot())
                && startOf(pid).filter(now -> now == started).isPresent();
    }

    /** Kills it if it is still the same process. */
    void kill() {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Kills it and waits until it is gone. */
    void killAndWait() throws InterruptedException {
        kill();
        while (alive()) {
            Thread.sleep(1);
        }
    }

    private static Optional<Long> startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[STATE].equals("Z") || fields[STATE].equals("X")
                    ? Optional.empty()
                    : Optional.of(Long.valueOf(fields[START_TIME]));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException vanishedWhileRead) {
            return Optional.empty();
        }
    }

    private static String currentBoot() {
        return ThisBoot.ID;
    }

    /** Read once: this process does not outlive the boot. */
    private static final class ThisBoot {
        static final String ID = read();

        private static String read() {
            try {
                return Files.readString(BOOT_ID).strip();
            } catch (IOException e) {
                throw new IllegalStateException("cannot read " + BOOT_ID, e);
            }
        }
    }
}
