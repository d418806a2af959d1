package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.OutputFrame;
import boxrun.api.ProblemException;
import boxrun.api.StartExec;
import boxrun.api.Stream;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.engine.TerminalSize;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.Execution;
import boxrun.daemon.http.CommandSocket.Conversation;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /v1/boxes/{id}/attach}: a terminal in a box. When the client goes away, the terminal hangs up. */
final class AttachConversation implements Conversation {
    private static final int HANGUP = 1;
    private static final Duration HANGUP_GRACE = Duration.ofSeconds(1);
    /** What a user gets who names no shell. */
    private static final List<String> SHELL =
            List.of("/bin/sh", "-c", "if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi");

    private final Boxes boxes;
    private final Execs execs;
    private volatile @Nullable Wanted wanted;

    /** What the path and the query ask for. */
    record Wanted(String box, StartExec exec, TerminalSize size) {}

    AttachConversation(Boxes boxes, Execs execs) {
        this.boxes = boxes;
        this.execs = execs;
    }

    /** Reads a request; refusals name the parameter. */
    static Wanted wanted(String box, UriQuery query) {
        Map<String, String> env = new HashMap<>();
        query.first("term").ifPresent(term -> env.put("TERM", term));
        for (String variable : query.all("env", List::of)) {
            int separator = variable.indexOf('=');
            if (separator < 1) {
                throw Requests.refusal("env must be NAME=VALUE, not \"" + variable + "\"");
            }
            env.put(variable.substring(0, separator), variable.substring(separator + 1));
        }
        List<String> cmd = query.all("cmd", List::of);
        List<String> shell = query.first("shell").asOptional().map(List::of).orElse(SHELL);
        StartExec exec = new StartExec(
                cmd.isEmpty() ? shell : cmd,
                env,
                query.first("workdir").orElse(null),
                null,
                true,
                query.first("user").orElse(null),
                true);
        long columns = Requests.number("cols", query.first("cols").orElse("" + Sizes.USUAL.columns()));
        long rows = Requests.number("rows", query.first("rows").orElse("" + Sizes.USUAL.rows()));
        return new Wanted(box, exec, Sizes.of(columns, rows));
    }

    @Override
    public void check(HttpPrologue prologue, Headers headers) {
        List<String> segments = List.of(prologue.uriPath().path().split("/", -1));
        Wanted request = wanted(segments.get(3), prologue.query());
        boxes.running(request.box());
        wanted = request;
    }

    @Override
    public boolean beginsWithText() {
        return false;
    }

    @Override
    public BufferData frame(Stream stream, byte[] data) {
        return BufferData.create(data);
    }

    @Override
    public void hold(CommandSocket socket) throws InterruptedException {
        Wanted request = java.util.Objects.requireNonNull(wanted);
        Execution execution;
        try {
            execution = execs.attach(request.box(), request.exec(), request.size(), socket);
        } catch (ProblemException e) {
            socket.append(Stream.STDOUT, 0, ("boxrun: " + e.message() + "\r\n").getBytes(UTF_8));
            throw e;
        }
        try {
            socket.bind(execution);
            ExitData exit = socket.awaitExit();
            ExitData.ExitError error = exit.error();
            if (error != null) {
                socket.append(Stream.STDOUT, 0, ("boxrun: " + error.message() + "\r\n").getBytes(UTF_8));
            }
            socket.tell(new OutputFrame.Exit(exit.exitCode(), error));
        } finally {
            hangUp(execution);
        }
    }

    private static void hangUp(Execution execution) throws InterruptedException {
        if (execution.exec().finishedAt() == null) {
            execution.process().signal(HANGUP);
            if (!execution.await(HANGUP_GRACE)) {
                execution.end(Cause.CANCELED);
            }
        }
    }
}
