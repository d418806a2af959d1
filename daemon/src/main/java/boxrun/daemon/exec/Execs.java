package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData.Cause;
import boxrun.api.ProblemException;
import boxrun.api.StartExec;
import boxrun.daemon.box.BoxListener;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.Checks;
import boxrun.daemon.box.RunningBox;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The commands of all boxes: starts them, keeps their output, ends them in time. A command's output and end are never
 * lost, whoever reads them and when, and whatever happens to the daemon.
 */
public final class Execs implements BoxListener {
    private static final TerminalSize TERMINAL = new TerminalSize(80, 24);
    /** How long commands of a box that is gone may take to be reported as ended. */
    private static final Duration BOX_GONE = Duration.ofSeconds(1);
    /** How long the end of a canceled command is waited for: longer than the grace between TERM and KILL. */
    private static final Duration CANCEL_WAIT = Duration.ofSeconds(10);

    private final Engine engine;
    private final Boxes boxes;
    private final Clock clock;
    private final Map<BoxId, BoxExecs> byBox = new ConcurrentHashMap<>();

    public Execs(Engine engine, Boxes boxes, Clock clock) {
        this.engine = engine;
        this.boxes = boxes;
        this.clock = clock;
    }

    /** Takes up the commands that an earlier daemon started in boxes that still run. To be called once, first. */
    public void open() {
        for (RunningBox box : boxes.running()) {
            of(box.id(), true);
        }
    }

    /** Starts a command in a running box. */
    public Exec start(String box, StartExec request) {
        return start(boxes.running(box), request, TERMINAL).exec();
    }

    /**
     * Starts a command in a running box.
     *
     * @param terminal the size of its terminal, if it is to have one
     */
    Execution start(RunningBox box, StartExec request, TerminalSize terminal) {
        List<String> command = Checks.command(request.cmd());
        Optional<Long> timeout = Checks.timeout(request.timeoutMs());
        Optional<String> workdir = Checks.absolute("workdir", request.workdir());
        Map<String, String> env = Checks.env(request.env());
        Exec exec = new Exec(
                ExecId.random(),
                box.id().value(),
                ExecStatus.RUNNING,
                command,
                env,
                workdir.orElse(null),
                timeout.orElse(null),
                null,
                null,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                null);
        BoxExecs execs = of(box.id(), box.durable());
        Execution execution = execs.begin(exec);
        CommandStart start = new CommandStart(engine, box, exec.id(), CommandStart.spec(box, request, terminal));
        try {
            execution.runsAs(start.run(execution, workdir.isEmpty()));
        } catch (ProblemException e) {
            boolean ending = boxes.ending(box.id());
            execution.finish(ending ? Outcome.boxStopped("the box was stopped") : Outcome.runtimeError(e.message()));
            execs.add(execution);
            if (ending) {
                throw new ProblemException(ErrorCode.BOX_NOT_RUNNING, "the box " + box.id() + " is being stopped")
                        .because(e);
            }
            throw e;
        }
        execs.add(execution);
        return execution;
    }

    /** Oldest first. */
    public List<Exec> list(String box) {
        return of(box).all().stream().map(Execution::exec).toList();
    }

    /** One command; {@code EXEC_NOT_FOUND} also when it is another box's. */
    public Exec get(String box, String id) {
        return find(box, id).exec();
    }

    /** One command when it has ended, or when the time is up. */
    public Exec await(String box, String id, Duration wait) throws InterruptedException {
        Execution execution = find(box, id);
        execution.await(wait);
        return execution.exec();
    }

    /** The events of a command with numbers above {@code after}, those to come included. */
    public LogReader events(String box, String id, long after) {
        return find(box, id).reader(after);
    }

    /** Ends a command and its children; {@code EXEC_ALREADY_FINISHED} when it has ended. */
    public Exec cancel(String box, String id) throws InterruptedException {
        Execution execution = find(box, id);
        if (!execution.end(Cause.CANCELED) && execution.exec().status() != ExecStatus.RUNNING) {
            throw new ProblemException(ErrorCode.EXEC_ALREADY_FINISHED, "the command " + id + " has ended");
        }
        of(box).noteAsked(execution);
        execution.await(CANCEL_WAIT);
        return execution.exec();
    }

    /** Sends a signal to a command. */
    public Exec signal(String box, String id, int number) {
        Execution execution = find(box, id);
        execution.process().signal(number);
        return execution.exec();
    }

    /** Gives a command all of a stream as its input, and then the end of it. */
    public Exec input(String box, String id, InputStream source) throws IOException {
        Execution execution = find(box, id);
        try (OutputStream stdin = execution.process().stdin()) {
            source.transferTo(stdin);
        }
        return execution.exec();
    }

    /** How many commands run. */
    public int running() {
        return (int) byBox.values().stream()
                .flatMap(execs -> execs.all().stream())
                .filter(execution -> execution.exec().status() == ExecStatus.RUNNING)
                .count();
    }

    @Override
    public void ended(BoxId box, String reason) {
        BoxExecs execs = byBox.get(box);
        if (execs == null) {
            return;
        }
        Instant limit = clock.instant().plus(BOX_GONE);
        for (Execution execution : execs.all()) {
            try {
                execution.await(Duration.between(clock.instant(), limit));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            execution.finish(Outcome.boxStopped(reason));
        }
    }

    @Override
    public void removed(BoxId box) {
        BoxExecs execs = byBox.remove(box);
        if (execs != null) {
            execs.close();
        }
    }

    private Execution find(String box, String id) {
        return of(box).find(id);
    }

    private BoxExecs of(String box) {
        return of(new BoxId(boxes.get(box).id()), true);
    }

    private BoxExecs of(BoxId id, boolean durable) {
        return byBox.computeIfAbsent(id, box -> {
            BoxExecs execs = new BoxExecs(box, boxes.directory(box), durable, engine, clock);
            execs.load(boxes.isRunning(box));
            return execs;
        });
    }
}
