package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import org.jspecify.annotations.Nullable;

/** The data of an {@code event: error}: what an error answer says in body and headers. */
record EventFailure(
        ErrorCode code, String message, @Nullable String hint) {
    static EventFailure of(ProblemException problem) {
        return new EventFailure(
                problem.code(), problem.message(), problem.hint().orElse(null));
    }
}
