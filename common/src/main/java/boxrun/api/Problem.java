package boxrun.api;

/** The body of every error answer: a code and one human sentence without a full stop. */
public record Problem(ErrorCode code, String message) {}
