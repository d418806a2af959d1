package boxrun.client;

import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.InputFrame;
import boxrun.api.OutputFrame;
import boxrun.http.WebSocket;
import boxrun.http.WebSocketMessage;
import boxrun.json.MalformedJsonException;
import boxrun.json.Quick;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A terminal in a box: bytes both ways, from one thread each. */
public final class AttachSession implements AutoCloseable {
    private final Transport transport;
    private final WebSocket socket;
    private Optional<ExitData> exit = Optional.empty();

    AttachSession(Transport transport, WebSocket socket) {
        this.transport = transport;
        this.socket = socket;
    }

    /** Types bytes; blocks while the terminal does not read. */
    public void type(byte[] bytes, int offset, int length) {
        try {
            socket.send(bytes, offset, length);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    /** The user's terminal has another size. */
    public void resize(int columns, int rows) {
        try {
            socket.send(Quick.encode(new InputFrame.Resize(columns, rows)));
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    /** Sends a signal, named without SIG, to the command. */
    public void signal(String name) {
        try {
            socket.send(Quick.encode(new InputFrame.Signal(name)));
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    /** Waits for bytes to show; empty when the command has ended, and then {@link #exit} says how. */
    public Optional<ByteBuffer> next() {
        try {
            while (exit.isEmpty()) {
                switch (socket.receive()) {
                    case WebSocketMessage.Binary(ByteBuffer bytes) -> {
                        return Optional.of(bytes);
                    }
                    case WebSocketMessage.Text(String text) ->
                        exit = Optional.of(ended(Quick.decode(text, OutputFrame.class)));
                    // What the daemon has to say of a session, RFC 6455 leaves these codes to applications.
                    case WebSocketMessage.Closed(int code, String reason)
                    when code >= 4000 ->
                        throw new ConnectionException(reason, true, new IOException("closed with " + code));
                    case WebSocketMessage.Closed(int code, String reason) ->
                        throw new IOException("the daemon closed it (" + (code + " " + reason).strip() + ")");
                }
            }
            return Optional.empty();
        } catch (MalformedJsonException e) {
            throw transport.incomprehensible("a message", e);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    private static ExitData ended(OutputFrame frame) {
        return switch (frame) {
            case OutputFrame.Exit exit -> new ExitData(exit.code(), exit.error());
            case OutputFrame.Error(ErrorCode code, String message, String hint) ->
                throw new EventStream.Failure(code, message, hint).problem();
            case OutputFrame.Progress progress -> throw unexpected(progress);
            case OutputFrame.Warning warning -> throw unexpected(warning);
            case OutputFrame.Started started -> throw unexpected(started);
        };
    }

    private static MalformedJsonException unexpected(OutputFrame frame) {
        return new MalformedJsonException("type", "not expected in a terminal: " + frame);
    }

    /** How the command ended. */
    public Optional<ExitData> exit() {
        return exit;
    }

    /** Leaves the terminal. */
    @Override
    public void close() {
        if (exit.isPresent()) {
            socket.close();
        } else {
            socket.abort();
        }
    }
}
