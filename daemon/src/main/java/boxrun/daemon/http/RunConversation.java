package boxrun.daemon.http;

import boxrun.api.ExitData;
import boxrun.api.OutputFrame;
import boxrun.api.Run;
import boxrun.api.Stream;
import boxrun.daemon.engine.TerminalSize;
import boxrun.daemon.exec.OneShot;
import boxrun.daemon.http.CommandSocket.Conversation;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonObject;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;

/**
 * {@code /v1/run} over a WebSocket: the request, progress, started, output, exit. The box is gone before the exit is
 * told.
 */
record RunConversation(OneShot oneShot) implements Conversation {

    @Override
    public void check(HttpPrologue prologue, Headers headers) {}

    @Override
    public boolean beginsWithText() {
        return true;
    }

    @Override
    public boolean startsAnyway() {
        return false;
    }

    @Override
    public BufferData frame(Stream stream, byte[] data) {
        BufferData frame = BufferData.create(data.length + 1);
        frame.write(
                switch (stream) {
                    case STDOUT -> OutputFrame.STDOUT;
                    case STDERR -> OutputFrame.STDERR;
                });
        frame.write(data);
        return frame;
    }

    @Override
    public void hold(CommandSocket socket) throws InterruptedException {
        JsonValue request = Json.WIRE.tree(socket.firstText());
        if (!(request instanceof JsonObject members)) {
            throw Requests.refusal("the first frame must be the request, a JSON object");
        }
        Run run = Json.WIRE.decode(request, Run.class);
        TerminalSize size = Sizes.of(members);
        ExitData exit;
        // Before the command, which may write as soon as it runs.
        oneShot.warnings(run).forEach(warning -> socket.tell(new OutputFrame.Warning(warning)));
        try (OneShot.Running running = oneShot.attach(
                run,
                progress -> socket.tell(new OutputFrame.Progress(
                        progress.phase(), progress.layer(), progress.current(), progress.total())),
                size,
                socket)) {
            socket.tell(new OutputFrame.Started());
            socket.bind(running.execution());
            exit = socket.awaitExit();
        }
        socket.tell(new OutputFrame.Exit(exit.exitCode(), exit.error()));
    }
}
