package boxrun.cli.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was typed makes no sense: exit code 2. No full stop at the end of the message; the hint says what to type. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    public UsageException(String message) {
        this(message, null);
    }

    private UsageException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    /** The same with a next step. */
    public UsageException hint(String nextStep) {
        return new UsageException(message(), nextStep);
    }

    public String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
