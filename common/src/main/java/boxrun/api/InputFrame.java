package boxrun.api;

/**
 * What a client says, in text frames, on the WebSocket of a command ({@code /v1/run}, {@code /v1/boxes/{id}/attach});
 * its binary frames are the command's standard input.
 *
 * <p>On {@code /v1/run} the first text frame is the {@link Run} with {@code "type": "run"}, and {@code cols} and
 * {@code rows} where it has a terminal. Closing the socket ends the command.
 */
public sealed interface InputFrame {

    /** The client's window has this size now; nothing happens when the command has no terminal. */
    record Resize(int cols, int rows) implements InputFrame {}

    /** Sends a signal, such as {@code INT}, to the command. */
    record Signal(String signal) implements InputFrame {}

    /** Standard input ends here. */
    record StdinClose() implements InputFrame {}
}
