package boxrun.cli.command;

import boxrun.api.ProblemException;
import java.util.List;

/** Some of the things that were asked for failed, each with its own words; the others were done. */
public final class SeveralProblemsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<ProblemException> problems;

    SeveralProblemsException(List<ProblemException> problems) {
        super(problems.size() + " failures", problems.getFirst());
        this.problems = List.copyOf(problems);
    }

    /** In the order in which the things were asked for. */
    public List<ProblemException> problems() {
        return problems;
    }
}
