package boxrun.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure with words for people: what was tried, on what, and why it failed, and where it helps a hint what to do
 * next. It is turned into an answer in the daemon's error handler and into text in the CLI's main, nowhere else.
 */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int status;
    private final @Nullable String hint;

    public ProblemException(ErrorCode code, String message) {
        this(code, code.status(), message, null, null);
    }

    private ProblemException(
            ErrorCode code, int status, String message, @Nullable String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.status = status;
        this.hint = hint;
    }

    /** The same problem with a next step: an imperative clause such as {@code "start it with: boxrun start web"}. */
    public ProblemException hint(String nextStep) {
        return new ProblemException(code, status, message(), nextStep, getCause());
    }

    /** The same problem with the failure that lies behind it, for the log. */
    public ProblemException because(Throwable cause) {
        return new ProblemException(code, status, message(), hint, cause);
    }

    /** The same problem answered with another HTTP status than its code's. */
    public ProblemException status(int httpStatus) {
        return new ProblemException(code, httpStatus, message(), hint, getCause());
    }

    public ErrorCode code() {
        return code;
    }

    public int status() {
        return status;
    }

    public String message() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }

    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
