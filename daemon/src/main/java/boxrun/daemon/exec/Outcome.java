package boxrun.daemon.exec;

import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.ExitData.ExitError;
import boxrun.daemon.engine.ProcessEnd;
import java.util.Optional;

/** How the end of a process becomes the end of a command: exit code, cause and status (docs/api.md, section 2). */
final class Outcome {
    private static final int TIMED_OUT = 124;
    private static final int KILLED = 137;

    private Outcome() {}

    /**
     * The end of a command.
     *
     * @param asked why it was being ended, when somebody asked for it
     */
    static ExitData of(ProcessEnd end, Optional<Cause> asked, Exec exec) {
        return switch (end) {
            case ProcessEnd.NotStarted notStarted ->
                failed(notStarted.code(), Cause.RUNTIME_ERROR, notStarted.message());
            case ProcessEnd.BoxGone gone -> asked.isPresent() ? asked(asked.get(), exec) : boxStopped(gone.message());
            case ProcessEnd.Exited exited ->
                asked.isPresent() ? asked(asked.get(), exec) : new ExitData(exited.code(), null);
            case ProcessEnd.Signaled signaled -> {
                if (asked.isPresent()) {
                    yield asked(asked.get(), exec);
                }
                int code = 128 + signaled.signal();
                yield signaled.outOfMemory()
                        ? failed(code, Cause.OOM_KILLED, "the memory limit of the box was reached")
                        : new ExitData(code, null);
            }
            case ProcessEnd.OverDisk _ -> asked.isPresent() ? asked(asked.get(), exec) : diskFull();
        };
    }

    private static ExitData asked(Cause cause, Exec exec) {
        return switch (cause) {
            case TIMEOUT -> failed(TIMED_OUT, cause, "the command did not end within " + exec.timeoutMs() + " ms");
            case CANCELED -> failed(KILLED, cause, "the command was canceled");
            case BOX_STOPPED -> boxStopped("the box was stopped");
            case OOM_KILLED -> failed(KILLED, cause, "the memory limit of the box was reached");
            case DISK_FULL -> diskFull();
            case RUNTIME_ERROR -> failed(KILLED, cause, "the command was ended");
        };
    }

    private static ExitData diskFull() {
        return failed(KILLED, Cause.DISK_FULL, "the box has taken more than its disk: remove files, or give it more");
    }

    /** The end of a command whose box went away with it. */
    static ExitData boxStopped(String reason) {
        return failed(KILLED, Cause.BOX_STOPPED, reason);
    }

    /** The end of a command that failed for a reason outside itself. */
    static ExitData runtimeError(String reason) {
        return failed(KILLED, Cause.RUNTIME_ERROR, reason);
    }

    /** The same end, of a command some of whose output is missing. */
    static ExitData incomplete(ExitData exit, String reason) {
        ExitError error = exit.error();
        return error == null || error.code() == Cause.RUNTIME_ERROR
                ? runtimeError("the rest of its output is missing: " + reason)
                : failed(
                        exit.exitCode(),
                        error.code(),
                        error.message() + "; the rest of its output is missing: " + reason);
    }

    private static ExitData failed(int code, Cause cause, String message) {
        return new ExitData(code, new ExitError(cause, message));
    }

    static ExecStatus status(ExitData exit) {
        ExitError error = exit.error();
        if (error == null) {
            return exit.exitCode() == 0 ? ExecStatus.SUCCEEDED : ExecStatus.FAILED;
        }
        return switch (error.code()) {
            case TIMEOUT -> ExecStatus.TIMEOUT;
            case CANCELED -> ExecStatus.CANCELED;
            case OOM_KILLED, DISK_FULL, BOX_STOPPED, RUNTIME_ERROR -> ExecStatus.FAILED;
        };
    }
}
