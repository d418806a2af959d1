package boxrun.json;

/**
 * A text that is not JSON, or not the JSON that was asked for. The message names the place and what is allowed there,
 * without a full stop: {@code cpu: expected a number, got "two"}.
 */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String reason;

    /**
     * @param path the member, as {@code volumes[0].host_path}; empty for the whole text
     * @param reason what is wrong there
     */
    public MalformedJsonException(String path, String reason) {
        super(path.isEmpty() ? reason : path + ": " + reason);
        this.path = path;
        this.reason = reason;
    }

    /** The member that is wrong, as {@code volumes[0].host_path}; empty when it is the whole text. */
    public String path() {
        return path;
    }

    /** What is wrong there: the message without the path. */
    public String reason() {
        return reason;
    }

    public String message() {
        return path.isEmpty() ? reason : path + ": " + reason;
    }
}
