package boxrun.client;

import boxrun.api.ExitData;
import boxrun.api.InputFrame;
import boxrun.api.OutputFrame;
import boxrun.api.PullProgress;
import boxrun.api.Stream;
import boxrun.http.WebSocket;
import boxrun.http.WebSocketMessage;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import boxrun.json.MalformedJsonException;
import boxrun.json.Quick;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A run whose command has our stdin: the WebSocket form of {@code /v1/run}, as docs/api.md tells it. The request goes
 * first; then stdin, sizes and signals go one way while events come the other, each from a thread of its own.
 */
public final class InteractiveRun implements RunEvents {
    private final Transport transport;
    private final WebSocket socket;
    private boolean ended;

    InteractiveRun(Transport transport, WebSocket socket, JsonObject request) {
        this.transport = transport;
        this.socket = socket;
        send(request.with("type", new JsonString("run")));
    }

    /** Sends bytes to the command's stdin; blocks while the command does not read. */
    public void stdin(byte[] bytes, int offset, int length) {
        try {
            socket.send(bytes, offset, length);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    /** Ends the command's stdin. */
    public void closeStdin() {
        send(new InputFrame.StdinClose());
    }

    /** The user's terminal has another size. */
    public void resize(int columns, int rows) {
        send(new InputFrame.Resize(columns, rows));
    }

    /** Sends a signal, named without SIG: {@code INT}. */
    public void signal(String name) {
        send(new InputFrame.Signal(name));
    }

    private void send(Object frame) {
        try {
            socket.send(Quick.encode(frame));
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    @Override
    public Optional<RunEvent> next() {
        try {
            if (ended) {
                return Optional.empty();
            }
            WebSocketMessage message = socket.receive();
            if (message instanceof WebSocketMessage.Binary(ByteBuffer bytes)) {
                return Optional.of(output(bytes));
            } else if (message instanceof WebSocketMessage.Text(String text)) {
                return Optional.of(control(text));
            }
            WebSocketMessage.Closed closed = (WebSocketMessage.Closed) message;
            throw new IOException("the daemon closed it before the command ended (" + closed.code()
                    + (closed.reason().isEmpty() ? "" : " " + closed.reason()) + ")");
        } catch (MalformedJsonException e) {
            throw transport.incomprehensible("a message", e);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    private static RunEvent output(ByteBuffer bytes) {
        byte prefix = bytes.hasRemaining() ? bytes.get() : 0;
        return switch (prefix) {
            case OutputFrame.STDOUT -> new RunEvent.Output(Stream.STDOUT, bytes, 0, Optional.empty());
            case OutputFrame.STDERR -> new RunEvent.Output(Stream.STDERR, bytes, 0, Optional.empty());
            default -> throw new MalformedJsonException("", "binary data for the unknown stream " + prefix);
        };
    }

    private RunEvent control(String text) {
        OutputFrame frame = Quick.decode(text, OutputFrame.class);
        if (frame instanceof OutputFrame.Started) {
            return new RunEvent.Started();
        } else if (frame instanceof OutputFrame.Exit exit) {
            ended = true;
            return new RunEvent.Exit(new ExitData(exit.code(), exit.error()), 0);
        } else if (frame instanceof OutputFrame.Progress step) {
            return new RunEvent.Progress(new PullProgress(step.phase(), step.layer(), step.current(), step.total()));
        } else if (frame instanceof OutputFrame.Warning(String message)) {
            return new RunEvent.Warning(message);
        }
        OutputFrame.Error error = (OutputFrame.Error) frame;
        throw new EventStream.Failure(error.code(), error.message(), error.hint()).problem();
    }

    @Override
    public void close() {
        if (ended) {
            socket.close();
        } else {
            socket.abort();
        }
    }
}
