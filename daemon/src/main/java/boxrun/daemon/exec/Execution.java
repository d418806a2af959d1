package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.ExitData.ExitError;
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
import org.jspecify.annotations.Nullable;

/**
 * One command: passes its output on, and ends exactly once. After its end it is what clients may still ask about, and
 * holds no file.
 */
public final class Execution implements ProcessOutput {
    private static final System.Logger LOG = System.getLogger(Execution.class.getName());
    /** How long a command may take to end after TERM. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** How long a log that cannot be written is left alone before it is tried again, at first and at most. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final boolean listed;
    private final Clock clock;
    private final Surroundings surroundings;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Exec exec;
    private volatile @Nullable OutputSink sink;
    private volatile @Nullable EngineProcess process;
    private volatile @Nullable Cause asked;
    private volatile @Nullable String broken;
    private volatile @Nullable ExitData exit;
    private volatile boolean logged;

    /** What a command belongs to. */
    interface Surroundings {

        /** Whether the box is being stopped or removed. */
        boolean boxEnds();

        /** Is told after the end; what it does is not waited for by readers. */
        void finished(Execution execution);
    }

    /**
     * A command that runs, or is about to.
     *
     * @param listed whether clients may ask for it; one that is not belongs to the client that started it
     */
    Execution(Exec exec, boolean listed, OutputSink sink, Clock clock, Surroundings surroundings) {
        this.exec = exec;
        this.listed = listed;
        this.sink = sink;
        this.clock = clock;
        this.surroundings = surroundings;
    }

    /**
     * A command that ended under an earlier daemon.
     *
     * @param exit how, if that is known
     */
    Execution(Exec exec, Optional<ExitData> exit, Clock clock, Surroundings surroundings) {
        this.exec = exec;
        this.listed = true;
        this.clock = clock;
        this.surroundings = surroundings;
        this.exit = exit.orElse(null);
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

    private Optional<Cause> askedWithBox() {
        return asked().or(() -> surroundings.boxEnds() ? Optional.of(Cause.BOX_STOPPED) : Optional.empty());
    }

    /** The process behind it, from now on; a deadline begins to count when the command was created. */
    void runsAs(EngineProcess started) {
        if (exec.status() != ExecStatus.RUNNING) {
            return;
        }
        process = started;
        if (asked != null || broken != null) {
            started.end(asked != null ? GRACE : Duration.ZERO);
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

    /** Whether its end is in its log. */
    boolean logged() {
        return logged;
    }

    /** Its log, when it is open. */
    Optional<ExecLog> log() {
        return sink instanceof ExecLog log ? Optional.of(log) : Optional.empty();
    }

    /** The session that it is the terminal of, until it ends. */
    Optional<TerminalSession> session() {
        return sink instanceof TerminalSession session ? Optional.of(session) : Optional.empty();
    }

    /**
     * What cannot be kept now, because the disk is full, waits and holds up the command, like a pipe that nobody reads:
     * nothing is lost. One that is being ended is not held up: then its end says what is missing.
     */
    @Override
    public void bytes(Stream stream, long offset, byte[] data) {
        OutputSink open = sink;
        if (open == null) {
            return;
        }
        Duration pause = FIRST_PAUSE;
        while (broken == null && !appended(open, stream, offset, data)) {
            if (askedWithBox().isPresent() || waited(pause)) {
                broken = String.valueOf(exec.errorMessage());
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private boolean appended(OutputSink open, Stream stream, long offset, byte[] data) {
        try {
            open.append(stream, offset, data);
            if (exec.errorMessage() != null) {
                heldUp(null);
            }
            return true;
        } catch (ProblemException e) {
            if (exec.errorMessage() == null) {
                LOG.log(Level.WARNING, e.message());
            }
            heldUp(e.message());
            return false;
        } catch (OutputLimitException e) {
            broken = e.message();
            EngineProcess running = process;
            if (running != null) {
                running.end(Duration.ZERO);
            }
            return true;
        }
    }

    /** Clients see why a command does not go on. */
    private synchronized void heldUp(@Nullable String reason) {
        if (exec.status() == ExecStatus.RUNNING) {
            exec = with(exec, ExecStatus.RUNNING, null, reason, null);
        }
    }

    /** True when there is nobody left to wait for. */
    private boolean waited(Duration pause) {
        try {
            return await(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void ended(ProcessEnd end) {
        String reason = broken;
        ExitData data = Outcome.of(end, askedWithBox(), exec);
        finish(reason == null ? data : Outcome.incomplete(data, reason));
    }

    /** Ends it, unless it has ended. */
    void finish(ExitData data) {
        OutputSink open;
        synchronized (this) {
            if (exec.status() != ExecStatus.RUNNING) {
                return;
            }
            ExitError error = data.error();
            exec = with(
                    exec,
                    Outcome.status(data),
                    data.exitCode(),
                    error == null ? null : error.message(),
                    clock.instant().truncatedTo(ChronoUnit.MILLIS));
            exit = data;
            open = sink;
        }
        try {
            if (open != null) {
                open.finish(data);
                logged = open instanceof ExecLog;
            }
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, e.message());
        }
        process = null;
        over.countDown();
        surroundings.finished(this);
    }

    private static Exec with(
            Exec exec,
            ExecStatus status,
            @Nullable Integer exitCode,
            @Nullable String errorMessage,
            @Nullable Instant finishedAt) {
        return new Exec(
                exec.id(),
                exec.boxId(),
                status,
                exec.cmd(),
                exec.env(),
                exec.workdir(),
                exec.timeoutMs(),
                exitCode,
                errorMessage,
                exec.createdAt(),
                finishedAt);
    }
}
