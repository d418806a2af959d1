package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.OutputFrame;
import boxrun.api.ProblemException;
import boxrun.api.StartExec;
import boxrun.api.Stream;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.Checks;
import boxrun.daemon.engine.TerminalSize;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.Execution;
import boxrun.daemon.exec.TerminalSession;
import boxrun.daemon.http.CommandSocket.Conversation;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/boxes/{id}/attach}: a terminal in a box. When the client goes away, the terminal hangs up, unless it is
 * that of a session.
 */
final class AttachConversation implements Conversation {
    private static final int HANGUP = 1;
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
    private static final Duration HANGUP_GRACE = Duration.ofSeconds(1);
    /** What a user gets who names no shell. */
    private static final List<String> SHELL =
            List.of("/bin/sh", "-c", "if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi");

    private final Boxes boxes;
    private final Execs execs;
    private volatile @Nullable Wanted wanted;

    /** What the path and the query ask for. */
    record Wanted(String box, StartExec exec, TerminalSize size, Optional<String> session) {}

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
                query.first("timeout_ms")
                        .asOptional()
                        .map(AttachConversation::timeout)
                        .orElse(null),
                true,
                query.first("user").orElse(null),
                true);
        long columns = Requests.number("cols", query.first("cols").orElse("" + Sizes.USUAL.columns()));
        long rows = Requests.number("rows", query.first("rows").orElse("" + Sizes.USUAL.rows()));
        Optional<String> session = query.first("session").asOptional();
        session.ifPresent(AttachConversation::checkName);
        return new Wanted(box, exec, Sizes.of(columns, rows), session);
    }

    private static long timeout(String value) {
        return Checks.timeout(Requests.number("timeout_ms", value)).orElseThrow();
    }

    private static void checkName(String session) {
        if (!SESSION.matcher(session).matches()) {
            throw Requests.refusal(
                    "session must be 1 to 63 letters, digits, '_', '.' or '-', the first a letter or digit");
        }
    }

    @Override
    public void check(HttpPrologue prologue, Headers headers) {
        Wanted request = wanted(RawPath.of(prologue.uriPath().rawPath()).box(), prologue.query());
        boxes.running(request.box());
        wanted = request;
    }

    @Override
    public boolean beginsWithText() {
        return false;
    }

    /** What was typed into a session reaches it. */
    @Override
    public boolean startsAnyway() {
        Wanted request = wanted;
        return request != null && request.session().isPresent();
    }

    @Override
    public BufferData frame(Stream stream, byte[] data) {
        return BufferData.create(data);
    }

    @Override
    public void hold(CommandSocket socket) throws InterruptedException {
        Wanted request = java.util.Objects.requireNonNull(wanted);
        try {
            if (request.session().isPresent()) {
                holdSession(request, request.session().get(), socket);
            } else {
                holdTerminal(request, socket);
            }
        } catch (ProblemException e) {
            say(e.message(), socket);
            throw e;
        }
    }

    private void holdTerminal(Wanted request, CommandSocket socket) throws InterruptedException {
        Execution execution = execs.attach(request.box(), request.exec(), request.size(), socket);
        try {
            socket.bind(execution);
            awaitExit(socket);
        } finally {
            hangUp(execution, socket);
        }
    }

    private void holdSession(Wanted request, String name, CommandSocket socket) throws InterruptedException {
        TerminalSession session = execs.session(request.box(), name, request.exec(), request.size());
        try {
            session.attach(socket, request.size());
            socket.bind(session.execution());
            awaitExit(socket);
        } finally {
            socket.awaitDelivered();
            session.leave(socket);
        }
    }

    private static void awaitExit(CommandSocket socket) throws InterruptedException {
        ExitData exit = socket.awaitExit();
        ExitData.ExitError error = exit.error();
        if (error != null) {
            say(error.message(), socket);
        }
        socket.tell(new OutputFrame.Exit(exit.exitCode(), error));
    }

    private static void say(String message, CommandSocket socket) {
        socket.append(Stream.STDOUT, 0, ("boxrun: " + message + "\r\n").getBytes(UTF_8));
    }

    private static void hangUp(Execution execution, CommandSocket socket) throws InterruptedException {
        socket.awaitDelivered();
        if (execution.exec().finishedAt() == null) {
            execution.process().signal(HANGUP);
            if (!execution.await(HANGUP_GRACE)) {
                execution.end(Cause.CANCELED);
            }
        }
    }
}
