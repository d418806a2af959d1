package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a {@link FileScript} writes, and how it ends. */
final class TransferOutput implements ProcessOutput {
    private static final int MAX_WORDS = 4096;
    /** TERM lets the script remove what it has begun to write. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration ABORT = Duration.ofSeconds(15);
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final OutputStream target;
    private final String tried;
    private final ByteArrayOutputStream words = new ByteArrayOutputStream();
    private Runnable forget = () -> {};
    private @Nullable ProcessEnd end;
    private @Nullable Exception failed;
    private volatile boolean boxStops;

    /**
     * The output of one script.
     *
     * @param target where its standard output goes; when that fails the script is ended
     * @param tried for messages: what comes after "cannot"
     */
    TransferOutput(OutputStream target, String tried) {
        this.target = target;
        this.tried = tried;
    }

    /** Says which command it is the output of. */
    void of(AgentLink link, String id) {
        forget = () -> link.connection().forget(id);
    }

    @Override
    public void bytes(Stream stream, long offset, byte[] data) {
        switch (stream) {
            case STDOUT -> {
                if (failed == null) {
                    pass(data);
                }
            }
            case STDERR -> words.write(data, 0, Math.min(data.length, MAX_WORDS - Math.min(MAX_WORDS, words.size())));
        }
    }

    private void pass(byte[] data) {
        try {
            target.write(data, 0, data.length);
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** What is to be passed on cannot be had, or not be passed on, any more. */
    synchronized void fail(Exception reason) {
        failed = reason;
        notifyAll();
    }

    @Override
    public synchronized void ended(ProcessEnd how) {
        end = how;
        notifyAll();
    }

    /** Waits for the end; fails unless the script went well and all it wrote was taken. */
    void await(BoxProcess process) {
        try {
            ProcessEnd how = awaitEnd();
            Exception failure = failure();
            if (failure != null) {
                abort(process);
                throw failure instanceof RuntimeException e ? e : new UncheckedIOException((IOException) failure);
            }
            if (how != null) {
                forget.run();
                check(how);
            }
        } catch (InterruptedException e) {
            abort(process);
            throw Commands.interrupted(tried, e);
        }
    }

    /** Waits for the thread that sends what the script reads, which may have had enough before. */
    void await(Thread sending) {
        try {
            sending.join();
        } catch (InterruptedException e) {
            throw Commands.interrupted(tried, e);
        }
    }

    /** The end, or null after a failure. */
    private synchronized @Nullable ProcessEnd awaitEnd() throws InterruptedException {
        while (end == null && failed == null) {
            wait();
        }
        return end;
    }

    private synchronized @Nullable Exception failure() {
        return failed;
    }

    /** Ends the script, waits a while for that, and forgets it. */
    void abort(BoxProcess process) {
        end(process, ABORT);
        forget.run();
    }

    /** As {@link #end}, and lets the transfer say why. */
    void boxStops(BoxProcess process, Duration limit) {
        boxStops = true;
        end(process, limit);
    }

    /** Ends the script, and waits for that, but not longer than this. */
    void end(BoxProcess process, Duration limit) {
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + limit.toNanos();
        boolean ended = false;
        while (!ended && System.nanoTime() < deadline) {
            // More than once: a shell that is about to start a program has heard the signal, and the program has not.
            process.end(GRACE);
            try {
                ended = endsWithin(AGAIN);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean endsWithin(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); end == null && left > 0; ) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        return end != null;
    }

    private void check(ProcessEnd how) {
        if (boxStops && !how.equals(new ProcessEnd.Exited(0))) {
            throw problem(ErrorCode.BOX_NOT_RUNNING, "the box was stopped meanwhile");
        }
        switch (how) {
            case ProcessEnd.Exited(int code) -> check(code);
            case ProcessEnd.Signaled(int signal, boolean _) -> throw failed("it was ended by signal " + signal);
            case ProcessEnd.OverDisk() -> throw failed("the box has taken more than its disk");
            case ProcessEnd.NotStarted(int _, String message) -> throw failed(message);
            case ProcessEnd.BoxGone(String message) -> throw failed(message);
        }
    }

    private void check(int code) {
        switch (code) {
            case 0 -> {}
            case FileScript.NOT_FOUND ->
                throw problem(ErrorCode.FILE_NOT_FOUND, "there is no such file or directory in the box");
            case FileScript.IS_DIRECTORY -> throw problem(ErrorCode.VALIDATION_ERROR, "it is a directory");
            case FileScript.NO_CONTENT -> throw problem(ErrorCode.VALIDATION_ERROR, "it is not a regular file");
            case FileScript.NO_PARENT -> throw problem(ErrorCode.VALIDATION_ERROR, words(code));
            default -> throw failed(words(code));
        }
    }

    private String words(int code) {
        String said = words.toString(StandardCharsets.UTF_8).strip();
        return said.isEmpty() ? "it ended with code " + code : said.replaceAll("\\s*\\R\\s*", "; ");
    }

    ProblemException failed(String why) {
        return problem(ErrorCode.RUNTIME_ERROR, why);
    }

    private ProblemException problem(ErrorCode code, String why) {
        return new ProblemException(code, "cannot " + tried + ": " + why);
    }
}
