package boxrun.daemon.engine;

/** How a command ended. */
public sealed interface ProcessEnd {

    /** It exited by itself with a code from 0 to 255. */
    record Exited(int code) implements ProcessEnd {}

    /** It was ended by a signal; {@code outOfMemory} when the kernel did it because of the box's memory limit. */
    record Signaled(int signal, boolean outOfMemory) implements ProcessEnd {}

    /** It was killed because its box has taken more than its disk, where the kernel cannot refuse that. */
    record OverDisk() implements ProcessEnd {}

    /**
     * It could not be started: 127 when there is no such program, 126 when it cannot be executed, 125 otherwise.
     *
     * @param message one sentence that names the program, directory or user
     */
    record NotStarted(int code, String message) implements ProcessEnd {}

    /** The box went away with it. */
    record BoxGone(String message) implements ProcessEnd {}
}
