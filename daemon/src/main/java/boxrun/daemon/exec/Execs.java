package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData.Cause;
import boxrun.api.ProblemException;
import boxrun.api.Session;
import boxrun.api.StartExec;
import boxrun.daemon.box.BoxListener;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.Checks;
import boxrun.daemon.box.RunningBox;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.ProcessSpec;
import boxrun.daemon.engine.TerminalSize;
import boxrun.daemon.store.Failpoint;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The commands of all boxes: starts them, keeps their output, ends them in time. A command's output and end are never
 * lost, whoever reads them and when, and whatever happens to the daemon.
 */
public final class Execs implements BoxListener {
    private static final System.Logger LOG = System.getLogger(Execs.class.getName());

    private static final int INPUT_PIECE = 64 * 1024;
    private static final TerminalSize TERMINAL = new TerminalSize(80, 24);
    /** How long commands of a box that is gone may take to be reported as ended. */
    private static final Duration BOX_GONE = Duration.ofSeconds(1);
    /** How long the end of a canceled command is waited for: longer than the grace between TERM and KILL. */
    private static final Duration CANCEL_WAIT = Duration.ofSeconds(10);

    private final Engine engine;
    private final Boxes boxes;
    private final Clock clock;
    private final OutputLimit limit;
    private final Map<BoxId, BoxExecs> byBox = new ConcurrentHashMap<>();

    /** @param limit how much may be kept of one command; one that writes more is ended */
    public Execs(Engine engine, Boxes boxes, Clock clock, OutputLimit limit) {
        this.engine = engine;
        this.boxes = boxes;
        this.clock = clock;
        this.limit = limit;
    }

    /** Takes up the commands that an earlier daemon started in boxes that still run. To be called once, first. */
    public void open() {
        for (RunningBox box : boxes.running()) {
            try {
                of(box.id(), true);
            } catch (ProblemException e) {
                // Whoever asks for the commands of this box is told; others are not affected.
                LOG.log(Level.WARNING, e.message());
            }
        }
    }

    /** Starts a command in a running box; its output is kept. */
    public Exec start(String box, StartExec request) {
        return start(boxes.running(box), request).exec();
    }

    Execution start(RunningBox box, StartExec request) {
        ProcessSpec spec = CommandSpec.of(box, request, TERMINAL);
        return run(box, of(box.id(), box.durable()).begin(exec(box, request, spec)), spec);
    }

    /**
     * Starts a command for a client that is there: its output goes to the client alone, at the client's pace.
     *
     * @param terminal the size of its terminal, if it is to have one
     */
    public Execution attach(String box, StartExec request, TerminalSize terminal, OutputSink client) {
        return attach(boxes.running(box), request, terminal, client);
    }

    Execution attach(RunningBox box, StartExec request, TerminalSize terminal, OutputSink client) {
        ProcessSpec spec = CommandSpec.of(box, request, terminal);
        return run(box, of(box.id(), box.durable()).begin(exec(box, request, spec), client), spec);
    }

    /**
     * The terminal of a session, which goes on when its client leaves; it is started when there is none of this name.
     *
     * @param terminal its size when it is started
     */
    public TerminalSession session(String box, String name, StartExec request, TerminalSize terminal) {
        RunningBox running = boxes.running(box);
        BoxExecs execs = of(running.id(), running.durable());
        return execs.sessions().of(name, unknown -> {
            ProcessSpec spec = CommandSpec.of(running, request, terminal);
            TerminalSession session = execs.beginSession(exec(running, request, spec), unknown);
            run(running, session.execution(), spec);
            return session;
        });
    }

    /** The sessions of a box, oldest first. */
    public List<Session> sessions(String box) {
        return of(box).sessions().all();
    }

    private Exec exec(RunningBox box, StartExec request, ProcessSpec spec) {
        return new Exec(
                ExecId.random(),
                box.id().value(),
                ExecStatus.RUNNING,
                spec.argv(),
                Checks.env(request.env()),
                request.workdir(),
                Checks.timeout(request.timeoutMs()).orElse(null),
                null,
                null,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                null);
    }

    private Execution run(RunningBox box, Execution execution, ProcessSpec spec) {
        try {
            Failpoint.reached("exec.noted");
            execution.runsAs(engine.start(box.id(), execution.exec().id(), spec, execution));
            Failpoint.reached("exec.started");
            return execution;
        } catch (ProblemException e) {
            boolean ending = boxes.ending(box.id());
            execution.finish(ending ? Outcome.boxStopped("the box was stopped") : Outcome.runtimeError(e.message()));
            throw ending ? Boxes.notRunning(box.box(), "being stopped").because(e) : e;
        }
    }

    /** Oldest first. */
    public List<Exec> list(String box) {
        return of(box).all().stream()
                .filter(Execution::listed)
                .map(Execution::exec)
                .toList();
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
        return of(box).reader(id, after);
    }

    /** Ends a command and its children; {@code EXEC_ALREADY_FINISHED} when it has ended. */
    public Exec cancel(String box, String id) throws InterruptedException {
        Execution execution = find(box, id);
        if (!execution.end(Cause.CANCELED) && execution.exec().status() != ExecStatus.RUNNING) {
            throw new ProblemException(ErrorCode.EXEC_ALREADY_FINISHED, "the command " + id + " has ended");
        }
        of(box).noted(execution);
        execution.await(CANCEL_WAIT);
        return execution.exec();
    }

    /** Sends a signal to a command. */
    public Exec signal(String box, String id, int number) {
        Execution execution = find(box, id);
        execution.process().signal(number);
        return execution.exec();
    }

    /** Gives a command all of a stream as its input, as far as it reads, and then the end of it. */
    public Exec input(String box, String id, InputStream source) throws IOException {
        Execution execution = find(box, id);
        try (OutputStream stdin = execution.process().stdin()) {
            byte[] buffer = new byte[INPUT_PIECE];
            for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
                if (!takes(stdin, buffer, count)) {
                    break;
                }
            }
        }
        return execution.exec();
    }

    private static boolean takes(OutputStream stdin, byte[] bytes, int count) throws IOException {
        try {
            stdin.write(bytes, 0, count);
            return true;
        } catch (EOFException readsNoMore) {
            return false;
        }
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
            BoxExecs execs = new BoxExecs(
                    box,
                    new ExecLogs(boxes.directory(box).resolve("execs"), limit, clock),
                    durable,
                    engine,
                    boxes,
                    clock);
            execs.load(boxes.isRunning(box));
            return execs;
        });
    }
}
