package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessOutput;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One command: passes its output on, and ends exactly once. After its end it is what clients may still ask about, and
 * holds no file.
 */
public final class Execution implements ProcessOutput {
    private static final System.Logger LOG = System.getLogger(Execution.class.getName());
    /** How long a command may take to end after TERM. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final boolean listed;
    private final Clock clock;
    private final Consumer<Execution> finished;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Exec exec;
    private volatile @Nullable OutputSink sink;
    private volatile @Nullable EngineProcess process;
    private volatile @Nullable Cause asked;
    private volatile @Nullable String broken;
    private volatile @Nullable ExitData exit;

    /**
     * A command that runs, or is about to.
     *
     * @param listed whether clients may ask for it; one that is not belongs to the client that started it
     * @param finished is told after the end; what it does is not waited for by readers
     */
    Execution(Exec exec, boolean listed, OutputSink sink, Clock clock, Consumer<Execution> finished) {
        this.exec = exec;
        this.listed = listed;
        this.sink = sink;
        this.clock = clock;
        this.finished = finished;
    }

    /** A command that has ended. */
    Execution(Exec exec, Clock clock) {
        this.exec = exec;
        this.listed = true;
        this.clock = clock;
        this.finished = execution -> {};
        over.countDown();
    }

    /** What clients see of it now. */
    public Exec exec() {
        return exec;
    }

    boolean listed() {
        return listed;
    }

    /** Why it is being ended, when somebody asked for it. */
    Optional<Cause> asked() {
        return Optional.ofNullable(asked);
    }

    /** The process behind it, from now on; a deadline begins to count when the command was created. */
    void runsAs(EngineProcess started) {
        if (exec.status() != ExecStatus.RUNNING) {
            return;
        }
        process = started;
        if (asked != null) {
            started.end(GRACE);
        }
        Long timeoutMs = exec.timeoutMs();
        if (timeoutMs != null) {
            Thread.ofVirtual().name("deadline " + exec.id()).start(() -> awaitDeadline(timeoutMs));
        }
    }

    private void awaitDeadline(long timeoutMs) {
        try {
            long left = Duration.between(clock.instant(), exec.createdAt()).toMillis() + timeoutMs;
            if (!over.await(left, TimeUnit.MILLISECONDS)) {
                end(Cause.TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends the whole process tree, and waits for that; false when it has ended, or is being ended for another reason.
     */
    public boolean end(Cause cause) {
        synchronized (this) {
            if (asked != null || exec.status() != ExecStatus.RUNNING) {
                return false;
            }
            asked = cause;
        }
        EngineProcess running = process;
        if (running != null) {
            running.end(GRACE);
        }
        return true;
    }

    /** As if {@link #end} had been called by an earlier daemon. */
    void wasAsked(Cause cause) {
        asked = cause;
    }

    /** Waits for the end; true when it has come. */
    public boolean await(Duration wait) throws InterruptedException {
        return over.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The process behind it; {@code EXEC_ALREADY_FINISHED} when there is none any more. */
    public EngineProcess process() {
        return running()
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.EXEC_ALREADY_FINISHED, "the command " + exec.id() + " has ended"));
    }

    /** The process behind it, until it ends. */
    public Optional<EngineProcess> running() {
        return exec.status() == ExecStatus.RUNNING ? Optional.ofNullable(process) : Optional.empty();
    }

    /** How it ended, if it has since this daemon knows it. */
    Optional<ExitData> exit() {
        return Optional.ofNullable(exit);
    }

    /** Its log, when it is open. */
    Optional<ExecLog> log() {
        return sink instanceof ExecLog log ? Optional.of(log) : Optional.empty();
    }

    @Override
    public void bytes(Stream stream, long offset, byte[] data) {
        OutputSink open = sink;
        if (open == null || broken != null) {
            return;
        }
        try {
            open.append(stream, offset, data);
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, e.message());
            broken = e.message();
            EngineProcess running = process;
            if (running != null) {
                Thread.ofVirtual().start(() -> running.end(Duration.ZERO));
            }
        }
    }

    @Override
    public void ended(ProcessEnd end) {
        String reason = broken;
        finish(reason == null ? Outcome.of(end, asked(), exec) : Outcome.runtimeError(reason));
    }

    /** Ends it, unless it has ended. */
    void finish(ExitData data) {
        OutputSink open;
        synchronized (this) {
            if (exec.status() != ExecStatus.RUNNING) {
                return;
            }
            exec = with(exec, data, clock.instant().truncatedTo(ChronoUnit.MILLIS));
            exit = data;
            open = sink;
        }
        try {
            if (open != null) {
                open.finish(data);
            }
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, e.message());
        }
        process = null;
        over.countDown();
        finished.accept(this);
    }

    private static Exec with(Exec exec, ExitData exit, Instant finishedAt) {
        ExitData.ExitError error = exit.error();
        return new Exec(
                exec.id(),
                exec.boxId(),
                Outcome.status(exit),
                exec.cmd(),
                exec.env(),
                exec.workdir(),
                exec.timeoutMs(),
                exit.exitCode(),
                error == null ? null : error.message(),
                exec.createdAt(),
                finishedAt);
    }
}
