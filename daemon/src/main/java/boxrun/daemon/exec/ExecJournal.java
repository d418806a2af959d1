package boxrun.daemon.exec;

import boxrun.api.Exec;
import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.store.Journal;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the commands of one box after the daemon's death: each line is the state of one command, and the
 * last line of a command counts. Lines survive the daemon's death, not a loss of power, which commands do not survive
 * either. Boxes that do not outlive the daemon have none.
 */
final class ExecJournal {
    private static final System.Logger LOG = System.getLogger(ExecJournal.class.getName());

    private final BoxId box;
    private final ExecLogs logs;
    private final boolean durable;
    private @Nullable Journal journal;

    /**
     * A line.
     *
     * @param listed false for a command that ends when the client that started it goes away
     * @param asked why it is being ended, if it is
     * @param exit how it ended, if it has
     * @param session the name of the session that it is the terminal of, if it is one
     */
    record Line(
            Exec exec,
            boolean listed,
            @Nullable Cause asked,
            @Nullable ExitData exit,
            @Nullable String session) {

        static Line of(Execution execution) {
            return new Line(
                    execution.exec(),
                    execution.listed(),
                    execution.asked().orElse(null),
                    execution.exit().orElse(null),
                    execution.session().map(TerminalSession::name).orElse(null));
        }
    }

    /** @param durable whether the box outlives the daemon */
    ExecJournal(BoxId box, ExecLogs logs, boolean durable) {
        this.box = box;
        this.logs = logs;
        this.durable = durable;
    }

    /** The last line of each command, in the order in which they began. */
    Collection<Line> commands() {
        if (!durable || !logs.exist()) {
            return List.of();
        }
        Map<String, Line> lines = new LinkedHashMap<>();
        journal().replay(bytes -> {
            try {
                Line line = Json.WIRE.decode(bytes, Line.class);
                lines.put(line.exec().id(), line);
            } catch (MalformedJsonException e) {
                LOG.log(Level.WARNING, "leaving out a line of the commands of " + box + ": " + e.getMessage());
            }
        });
        return lines.values();
    }

    /** Notes how a command stands. */
    void note(Execution execution) {
        if (durable) {
            journal().append(Json.WIRE.bytes(Line.of(execution)));
        }
    }

    /** The same; false when that is not possible. */
    boolean noted(Execution execution) {
        try {
            note(execution);
            return true;
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, e.message());
            return false;
        }
    }

    synchronized void close() {
        if (journal != null) {
            journal.close();
        }
    }

    private synchronized Journal journal() {
        Journal open = journal;
        if (open == null) {
            open = Journal.openUnsynced(logs.journal());
            journal = open;
        }
        return open;
    }
}
