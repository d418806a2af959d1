package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ProblemException;
import boxrun.client.BoxExecs;
import java.util.List;
import java.util.Optional;

/** A command of a box as its user calls it: by its id, the beginning of it, or not at all for the latest. */
final class NamedExec {
    /** What every id begins with. */
    static final String ID = "exec_";

    private NamedExec() {}

    /**
     * The command that is meant.
     *
     * @param box what the user called the box
     */
    static Exec of(BoxExecs execs, String box, Optional<String> id) {
        if (id.isEmpty()) {
            List<Exec> all = execs.list();
            if (all.isEmpty()) {
                throw new ProblemException(ErrorCode.EXEC_NOT_FOUND, "no command was started in " + box)
                        .hint("start one with: boxrun exec " + box + " COMMAND");
            }
            return all.getLast();
        }
        try {
            return execs.find(id.get());
        } catch (ProblemException e) {
            if (e.code() != ErrorCode.EXEC_NOT_FOUND) {
                throw e;
            }
            List<Exec> matching = execs.list().stream()
                    .filter(exec -> exec.id().startsWith(id.get()))
                    .toList();
            if (matching.size() == 1) {
                return matching.getFirst();
            }
            throw e;
        }
    }
}
