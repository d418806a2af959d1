package boxrun.daemon.http;

import boxrun.api.ExitData;
import boxrun.api.InputFrame;
import boxrun.api.OutputFrame;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.exec.Execution;
import boxrun.daemon.exec.TerminalSession;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.websocket.WsCloseCodes;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.helidon.websocket.WsUpgradeException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket to one command. The web server's thread hears the client; a thread of its own holds the
 * {@link Conversation}, from the first frame to the last; the command's output is sent by the thread that delivers it,
 * so that a client that does not read holds up its command and nothing else.
 */
final class CommandSocket implements WsListener, TerminalSession.Client {
    private static final System.Logger LOG = System.getLogger(CommandSocket.class.getName());
    private static final int PING_SECONDS = 15;
    /** Of the codes that are free for applications. */
    private static final int TAKEN_OVER = 4000;

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
    /** Longer only when the command does not read; the order of what two clients type is not kept then. */
    private static final Duration DELIVER_WITHIN = Duration.ofSeconds(1);

    private final Conversation conversation;
    private final LongRequests requests;
    private final ClientInput input = new ClientInput();
    private final BreakableSend sender = new BreakableSend();
    private final StringBuilder textSoFar = new StringBuilder();
    private final CompletableFuture<String> firstText = new CompletableFuture<>();
    private final CompletableFuture<ExitData> exit = new CompletableFuture<>();
    private volatile @Nullable Frames frames;
    private volatile @Nullable Thread worker;
    private volatile boolean bound;
    private volatile boolean gone;

    /** What is said on a socket, in order. */
    interface Conversation {

        /** Refuses a request before it becomes a WebSocket; it is then answered as an HTTP request. */
        void check(HttpPrologue prologue, Headers headers);

        /** Whether the client's first text frame is a request, and not one of {@link InputFrame}. */
        boolean beginsWithText();

        /** The bytes of a frame of output. */
        BufferData frame(Stream stream, byte[] data);

        /** Whether the command is started although its client has left by then. */
        boolean startsAnyway();

        /** Runs the command; interrupted when the client goes away. */
        void hold(CommandSocket socket) throws InterruptedException;
    }

    CommandSocket(Conversation conversation, LongRequests requests) {
        this.conversation = conversation;
        this.requests = requests;
    }

    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) throws WsUpgradeException {
        try {
            conversation.check(prologue, headers);
            return Optional.empty();
        } catch (RuntimeException refused) {
            throw new WsUpgradeException("refused: " + refused.getMessage(), refused);
        }
    }

    @Override
    public void onOpen(WsSession session) {
        frames = new Frames(session);
        worker = Thread.ofVirtual().name("socket of a command").unstarted(this::hold);
        requests.add(this);
        started(worker).start();
        ConnectionEnd.then(this::clientIsGone);
    }

    private static Thread started(@Nullable Thread thread) {
        return java.util.Objects.requireNonNull(thread);
    }

    private void hold() {
        try {
            conversation.hold(this);
            frames().close(WsCloseCodes.NORMAL_CLOSE, "");
        } catch (InterruptedException clientIsGone) {
            LOG.log(Level.DEBUG, "a client went away");
        } catch (RuntimeException failure) {
            fail(failure);
        } finally {
            if (!bound) {
                input.stop();
            }
            requests.remove(this);
        }
    }

    private void fail(RuntimeException failure) {
        if (gone) {
            return;
        }
        ProblemException problem = Answers.problem(failure, "WebSocket");
        try {
            frames().text(new OutputFrame.Error(
                    problem.code(), problem.message(), problem.hint().orElse(null)));
            frames().close(WsCloseCodes.UNEXPECTED_CONDITION, "");
        } catch (RuntimeException unreachable) {
            LOG.log(Level.DEBUG, "cannot tell a client: " + unreachable.getMessage());
        }
    }

    /** The client's first text frame. */
    String firstText() throws InterruptedException {
        return await(firstText);
    }

    /** Sends a control frame; a client that is gone does not hear it. */
    void tell(OutputFrame frame) {
        if (!gone) {
            try {
                frames().text(frame);
            } catch (RuntimeException e) {
                dismiss(WsCloseCodes.UNEXPECTED_CONDITION, "");
            }
        }
    }

    /** From here on the client's input, signals and sizes reach the command, unless it has ended already. */
    void bind(Execution execution) throws InterruptedException {
        input.bind(execution);
        synchronized (this) {
            bound = true;
            if (gone && conversation.startsAnyway()) {
                throw new InterruptedException("the client has left");
            }
        }
    }

    /** For one who was told that the client has left: waits a moment until all that it had sent is with the command. */
    void awaitDelivered() throws InterruptedException {
        // The interrupt that told it must not end the cleaning up.
        Thread.interrupted();
        input.awaitDelivered(DELIVER_WITHIN);
    }

    /** Waits for the command's end, and finds out meanwhile whether the client is still there. */
    ExitData awaitExit() throws InterruptedException {
        return await(exit);
    }

    private <T> T await(CompletableFuture<T> event) throws InterruptedException {
        while (true) {
            try {
                return event.get(PING_SECONDS, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException stillNot) {
                frames().ping();
            } catch (java.util.concurrent.ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    @Override
    public void append(Stream stream, long offset, byte[] data) {
        if (!gone) {
            try {
                sender.send(() -> frames().binary(conversation.frame(stream, data)));
            } catch (RuntimeException e) {
                // What the client has sent before it left may still be on its way here.
                dismiss(WsCloseCodes.UNEXPECTED_CONDITION, "");
            }
        }
    }

    @Override
    public void finish(ExitData data) {
        input.stop();
        exit.complete(data);
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        textSoFar.append(text);
        if (!last) {
            return;
        }
        String whole = textSoFar.toString();
        textSoFar.setLength(0);
        if (conversation.beginsWithText() && firstText.complete(whole)) {
            return;
        }
        try {
            input.control(Json.WIRE.decode(whole, InputFrame.class));
        } catch (MalformedJsonException e) {
            frames().close(WsCloseCodes.NOT_CONSISTENT, "a text frame is not understood");
            leave();
        }
    }

    @Override
    public void onMessage(WsSession session, BufferData bytes, boolean last) {
        try {
            input.bytes(bytes.readBytes());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onPing(WsSession session, BufferData echo) {
        frames().pong(echo);
    }

    @Override
    public void onClose(WsSession session, int code, String reason) {
        clientIsGone();
    }

    @Override
    public void onError(WsSession session, Throwable failure) {
        clientIsGone();
    }

    @Override
    public void takenOver(String session) {
        dismiss(TAKEN_OVER, "another client has taken over the session " + session);
        try {
            input.awaitDelivered(DELIVER_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The daemon ends. */
    void leave() {
        dismiss(WsCloseCodes.GOING_AWAY, "the daemon ends");
    }

    /** Closes with a reason, and breaks off what is being sent to a client that does not read. */
    private void dismiss(int code, String reason) {
        showNoMore();
        Thread closing = Thread.ofVirtual().start(() -> close(code, reason));
        try {
            if (!closing.join(CLOSE_WITHIN)) {
                sender.breakOff();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close(int code, String reason) {
        try {
            frames().close(code, reason);
        } catch (RuntimeException unreachable) {
            LOG.log(Level.DEBUG, "a client is gone already");
        }
    }

    private void clientIsGone() {
        input.leave();
        showNoMore();
    }

    private synchronized void showNoMore() {
        // A second interrupt would disturb the cleaning up that the first one caused.
        if (!gone) {
            gone = true;
            Thread holding = worker;
            if (holding != null && !exit.isDone() && (bound || !conversation.startsAnyway())) {
                holding.interrupt();
            }
        }
    }

    private Frames frames() {
        return java.util.Objects.requireNonNull(frames);
    }
}
