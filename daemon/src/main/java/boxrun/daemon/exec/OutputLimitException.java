package boxrun.daemon.exec;

/** A command has written more than may be kept of one. */
final class OutputLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputLimitException(String message) {
        super(message);
    }

    String message() {
        return String.valueOf(getMessage());
    }
}
