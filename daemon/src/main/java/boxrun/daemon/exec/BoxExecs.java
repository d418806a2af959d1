package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.store.Journal;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one box: in memory, and for boxes that outlive the daemon in a journal, of which each line is the state
 * of one command and the last line of a command counts. Lines survive the daemon's death, not a loss of power, which
 * commands do not survive either.
 */
final class BoxExecs {
    private static final System.Logger LOG = System.getLogger(BoxExecs.class.getName());

    private final BoxId box;
    private final Path directory;
    private final Engine engine;
    private final Clock clock;
    private final Map<String, Execution> executions = new LinkedHashMap<>();
    private final Optional<Journal> journal;

    /** A line of the journal. */
    record Line(Exec exec, @Nullable Cause asked) {}

    /**
     * Reads what is known of a box's commands.
     *
     * @param directory of the box
     */
    BoxExecs(BoxId box, Path directory, boolean durable, Engine engine, Clock clock) {
        this.box = box;
        this.directory = directory.resolve("execs");
        this.engine = engine;
        this.clock = clock;
        try {
            Files.createDirectories(this.directory);
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot make the directory " + this.directory + ": " + e)
                    .because(e);
        }
        journal = durable ? Optional.of(Journal.openUnsynced(this.directory.resolve("journal"))) : Optional.empty();
    }

    /** Makes the commands known that an earlier daemon started; those that run go on, if the box does. */
    void load(boolean boxRuns) {
        Map<String, Line> lines = new LinkedHashMap<>();
        journal.ifPresent(file -> file.replay(bytes -> {
            try {
                Line line = Json.WIRE.decode(bytes, Line.class);
                lines.put(line.exec().id(), line);
            } catch (MalformedJsonException e) {
                LOG.log(Level.WARNING, "leaving out a line of the commands of " + box + ": " + e.getMessage());
            }
        }));
        lines.values().forEach(line -> load(line, boxRuns));
    }

    private void load(Line line, boolean boxRuns) {
        Exec exec = line.exec();
        if (exec.status() != ExecStatus.RUNNING) {
            add(new Execution(exec, file(exec.id()), clock));
            return;
        }
        ExecLog log = ExecLog.open(file(exec.id()));
        Execution execution = new Execution(exec, log, file(exec.id()), clock, this::finished);
        Cause asked = line.asked();
        if (asked != null) {
            execution.wasAsked(asked);
        }
        add(execution);
        Optional<ExitData> exit = log.exit();
        if (exit.isPresent()) {
            execution.finish(exit.get());
        } else if (boxRuns) {
            resume(execution, log);
        } else {
            execution.finish(Outcome.boxStopped("the box ended while no daemon ran"));
        }
    }

    private void resume(Execution execution, ExecLog log) {
        try {
            engine.resume(
                            box,
                            execution.exec().id(),
                            log.offset(boxrun.api.Stream.STDOUT),
                            log.offset(boxrun.api.Stream.STDERR),
                            execution)
                    .ifPresentOrElse(
                            execution::runsAs,
                            () -> execution.finish(
                                    Outcome.runtimeError("the command was lost when the daemon was restarted")));
        } catch (ProblemException e) {
            execution.finish(Outcome.runtimeError(e.message()));
        }
    }

    /** A new command, noted before it starts so that a crash leaves none that is unknown. */
    Execution begin(Exec exec) {
        note(exec, null);
        Path file = file(exec.id());
        return new Execution(exec, ExecLog.create(file), file, clock, this::finished);
    }

    /** Makes a command visible. */
    void add(Execution execution) {
        synchronized (executions) {
            executions.put(execution.exec().id(), execution);
        }
    }

    /** One command; {@code EXEC_NOT_FOUND} when this box has none with this id. */
    Execution find(String id) {
        synchronized (executions) {
            Execution execution = executions.get(id);
            if (execution == null) {
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

    /** Notes that somebody asked for a command's end, so that its status is right also after a crash. */
    void noteAsked(Execution execution) {
        note(execution.exec(), execution.asked().orElse(null));
    }

    void close() {
        journal.ifPresent(Journal::close);
    }

    private void finished(Execution execution) {
        try {
            note(execution.exec(), null);
        } catch (ProblemException e) {
            // Its log has the end too.
            LOG.log(Level.WARNING, e.message());
        }
        Thread.ofVirtual().start(() -> {
            try {
                engine.forget(box, execution.exec().id());
            } catch (ProblemException e) {
                LOG.log(Level.DEBUG, e.message());
            }
        });
    }

    private void note(Exec exec, @Nullable Cause asked) {
        journal.ifPresent(file -> file.append(Json.WIRE.bytes(new Line(exec, asked))));
    }

    private Path file(String id) {
        return directory.resolve(id + ".log");
    }
}
