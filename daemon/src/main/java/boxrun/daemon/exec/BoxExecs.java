package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecEvent.Action;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.event.History;
import boxrun.daemon.exec.ExecJournal.Line;
import boxrun.daemon.store.Failpoint;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The commands of one box: in memory, and for boxes that outlive the daemon in an {@link ExecJournal}. */
final class BoxExecs implements Execution.Surroundings {
    private static final System.Logger LOG = System.getLogger(BoxExecs.class.getName());

    private static final OutputSink NOBODY = new OutputSink() {
        @Override
        public void append(Stream stream, long offset, byte[] data) {}

        @Override
        public void finish(ExitData exit) {}
    };

    private final BoxId box;
    private final ExecLogs logs;
    private final Engine engine;
    private final Clock clock;
    private final BooleanSupplier boxEnds;
    private final History history;
    private final Map<String, Execution> executions = new LinkedHashMap<>();
    private final BoxSessions sessions = new BoxSessions();
    private final ExecJournal journal;

    /**
     * Reads what is known of a box's commands.
     *
     * @param durable whether they outlive the daemon
     */
    BoxExecs(BoxId box, ExecLogs logs, boolean durable, Engine engine, Boxes boxes, Clock clock) {
        this.box = box;
        this.logs = logs;
        this.journal = new ExecJournal(box, logs, durable);
        this.engine = engine;
        this.clock = clock;
        this.boxEnds = () -> boxes.ending(box);
        this.history = boxes.history();
    }

    /** Makes the commands known that an earlier daemon started; those that run go on, if the box does. */
    void load(boolean boxRuns) {
        for (Line line : journal.commands()) {
            if (line.exec().status() != ExecStatus.RUNNING) {
                if (line.listed()) {
                    add(new Execution(line.exec(), Optional.ofNullable(line.exit()), clock, this));
                }
            } else if (line.listed()) {
                takeUp(line, boxRuns);
            } else if (line.session() != null) {
                takeUpSession(line, line.session(), boxRuns);
            } else {
                abandon(line, boxRuns);
            }
        }
    }

    private void takeUp(Line line, boolean boxRuns) {
        ExecLog log;
        try {
            log = logs.open(line.exec().id());
        } catch (ProblemException damaged) {
            LOG.log(Level.WARNING, damaged.message());
            abandon(line, boxRuns);
            Execution lost = new Execution(line.exec(), true, NOBODY, clock, this);
            add(lost);
            lost.finish(Outcome.runtimeError(damaged.message()));
            return;
        }
        Execution execution = new Execution(line.exec(), true, log, clock, this);
        Cause asked = line.asked();
        if (asked != null) {
            execution.wasAsked(asked);
        }
        add(execution);
        Optional<ExitData> exit = log.exit();
        if (exit.isPresent()) {
            execution.finish(exit.get());
        } else if (boxRuns) {
            resume(execution, log.offset(Stream.STDOUT), log.offset(Stream.STDERR));
        } else {
            execution.finish(Outcome.boxStopped("the box ended while no daemon ran"));
        }
    }

    private void takeUpSession(Line line, String name, boolean boxRuns) {
        try {
            Execution execution = session(line.exec(), name);
            if (boxRuns) {
                resume(execution, execution.session().orElseThrow().offset(), 0);
            } else {
                execution.finish(Outcome.boxStopped("the box ended while no daemon ran"));
            }
        } catch (ProblemException damaged) {
            LOG.log(Level.WARNING, damaged.message());
            abandon(line, boxRuns);
        }
    }

    /** The client of this command went away with the daemon that it was connected to. */
    private void abandon(Line line, boolean boxRuns) {
        Execution execution = new Execution(line.exec(), false, NOBODY, clock, this);
        execution.wasAsked(Cause.CANCELED);
        if (boxRuns) {
            resume(execution, 0, 0);
        } else {
            execution.finish(Outcome.boxStopped("the box ended while no daemon ran"));
        }
    }

    private void resume(Execution execution, long stdoutOffset, long stderrOffset) {
        try {
            engine.resume(box, execution.exec().id(), stdoutOffset, stderrOffset, execution)
                    .ifPresentOrElse(
                            execution::runsAs,
                            () -> execution.finish(
                                    Outcome.runtimeError("the command was lost when the daemon was restarted")));
        } catch (ProblemException e) {
            execution.finish(Outcome.runtimeError(e.message()));
        }
    }

    /** A new command that is kept, noted before it starts so that a crash leaves none that is unknown. */
    Execution begin(Exec exec) {
        logs.prepare();
        ExecLog log = logs.create(exec.id());
        Execution execution = new Execution(exec, true, log, clock, this);
        try {
            journal.note(execution);
        } catch (ProblemException e) {
            log.discard();
            throw e;
        }
        add(execution);
        history.exec(Action.STARTED, exec.id(), box.value(), Optional.empty());
        return execution;
    }

    /** A new command of a client that is there: its output is not kept, and it is not listed. */
    Execution begin(Exec exec, OutputSink client) {
        logs.prepare();
        Execution execution = new Execution(exec, false, client, clock, this);
        journal.note(execution);
        add(execution);
        return execution;
    }

    /** A new command that is the terminal of a session. */
    TerminalSession beginSession(Exec exec, String name) {
        logs.prepare();
        Execution execution = session(exec, name);
        TerminalSession session = execution.session().orElseThrow();
        try {
            journal.note(execution);
        } catch (ProblemException e) {
            execution.finish(Outcome.runtimeError(e.message()));
            throw e;
        }
        return session;
    }

    private Execution session(Exec exec, String name) {
        Screen screen = Screen.open(logs.screen(exec.id()));
        TerminalSession session = new TerminalSession(name, screen, sessions::ended);
        Execution execution = new Execution(exec, false, session, clock, this);
        session.runsAs(execution);
        sessions.add(session);
        add(execution);
        return execution;
    }

    /** The terminals that live on when their clients leave. */
    BoxSessions sessions() {
        return sessions;
    }

    LogReader reader(String id, long after) {
        Execution execution = find(id);
        return execution.log().orElseGet(() -> ended(execution)).reader(after);
    }

    /** The log of a command that ended under an earlier daemon. On a full disk only the journal may know how. */
    private ExecLog ended(Execution execution) {
        ExecLog log = logs.open(execution.exec().id());
        execution.exit().ifPresent(log::ended);
        return log;
    }

    private void add(Execution execution) {
        synchronized (executions) {
            executions.put(execution.exec().id(), execution);
        }
    }

    /** One command; {@code EXEC_NOT_FOUND} when this box has none with this id. */
    Execution find(String id) {
        synchronized (executions) {
            Execution execution = executions.get(id);
            if (execution == null || !execution.listed()) {
                throw new ProblemException(ErrorCode.EXEC_NOT_FOUND, "the box " + box + " has no command " + id);
            }
            return execution;
        }
    }

    /** Oldest first. */
    List<Execution> all() {
        synchronized (executions) {
            return new ArrayList<>(executions.values());
        }
    }

    /** Notes how a command stands, so that its status is right also after a crash; false when that is not possible. */
    boolean noted(Execution execution) {
        return journal.noted(execution);
    }

    void close() {
        journal.close();
    }

    @Override
    public boolean boxEnds() {
        return boxEnds.getAsBoolean();
    }

    @Override
    public void finished(Execution execution) {
        Failpoint.reached("exec.ended");
        boolean noted = journal.noted(execution);
        if (execution.listed()) {
            Optional<Integer> exitCode = Optional.ofNullable(execution.exec().exitCode());
            history.exec(Action.FINISHED, execution.exec().id(), box.value(), exitCode);
        } else {
            synchronized (executions) {
                executions.remove(execution.exec().id());
            }
        }
        if (noted || execution.logged()) {
            forget(execution);
        }
        // Otherwise the next daemon hears of the end from the box once more.
    }

    private void forget(Execution execution) {
        Thread.ofVirtual().start(() -> {
            try {
                engine.forget(box, execution.exec().id());
            } catch (ProblemException e) {
                LOG.log(Level.DEBUG, e.message());
            }
        });
    }
}
