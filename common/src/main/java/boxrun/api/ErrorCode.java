package boxrun.api;

/** What went wrong, as clients see it: the {@code code} of every error body, and its HTTP status. */
public enum ErrorCode {
    VALIDATION_ERROR(422),
    BOX_NOT_FOUND(404),
    EXEC_NOT_FOUND(404),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    NAME_ALREADY_EXISTS(409),
    RESOURCE_EXCEEDED(409),
    BOX_ALREADY_RUNNING(409),
    BOX_NOT_RUNNING(400),
    EXEC_ALREADY_FINISHED(400),
    FILE_NOT_FOUND(404),
    IMAGE_NOT_FOUND(404),
    IMAGE_PULL_FAILED(502),
    UNAUTHORIZED(401),
    RUNTIME_ERROR(500),
    UNSUPPORTED(501);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    /** The HTTP status that goes with this code, unless the problem names another (400 for an unknown action). */
    public int status() {
        return status;
    }
}
