package boxrun.daemon.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an agent sends and gives it to the command, or the question, that it concerns, until the connection ends;
 * then it tells all of them why. It never waits for any of them.
 */
final class FrameReader {
    private static final System.Logger LOG = System.getLogger(FrameReader.class.getName());
    /** Most boxes say little, and there may be hundreds of them; a flood is read in large pieces. */
    private static final int SMALL_BUFFER = 8 * 1024;

    private static final int LARGE_BUFFER = 2 * (FrameDecoder.HEAD + FrameDecoder.PAYLOAD_MAX);
    private static final int COMMANDS_MAX = 1 << 16;

    private final Path path;
    private final SocketChannel socket;
    private final Duration timeout;
    private final AgentConnection.Closed listener;
    private ByteBuffer received = ByteBuffer.allocateDirect(SMALL_BUFFER).limit(0);
    private final Map<Integer, AgentCommand> commands = new ConcurrentHashMap<>();
    private final AtomicInteger lastChannel = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CompletableFuture<AgentFrame.Welcome> welcome = new CompletableFuture<>();
    private volatile CompletableFuture<List<KnownCommand>> list = new CompletableFuture<>();
    private volatile CompletableFuture<Long> pong = new CompletableFuture<>();
    private final List<KnownCommand> listed = new ArrayList<>();
    private volatile @Nullable AgentException failure;
    private boolean stopped;

    FrameReader(Path path, SocketChannel socket, Duration timeout, AgentConnection.Closed listener) {
        this.path = path;
        this.socket = socket;
        this.timeout = timeout;
        this.listener = listener;
    }

    CompletableFuture<AgentFrame.Welcome> welcome() {
        return welcome;
    }

    CompletableFuture<List<KnownCommand>> expectList() {
        list = new CompletableFuture<>();
        return list;
    }

    CompletableFuture<Long> expectPong() {
        pong = new CompletableFuture<>();
        return pong;
    }

    /** A channel that no command has had. */
    int newChannel() {
        return lastChannel.incrementAndGet();
    }

    /** What comes for the command's channel goes to it from now on. */
    void register(AgentCommand command) {
        commands.put(command.channel(), command);
        // Whoever tells all commands of the end does so after the failure was set, so one of both sees the other.
        if (failure != null) {
            commands.remove(command.channel());
            requireOpen();
        }
    }

    void abandon(AgentCommand command) {
        commands.remove(command.channel());
    }

    /** What the agent sent that no agent sends, when that has ended the connection. */
    Optional<String> fault() {
        return failure instanceof AgentProtocolException broken ? Optional.of(broken.message()) : Optional.empty();
    }

    /** Waits for an answer; one that does not come in time ends the connection. */
    <T> T await(CompletableFuture<T> answer, String what) {
        try {
            AgentException known = failure;
            if (known != null) {
                answer.completeExceptionally(known);
            }
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof AgentProtocolException broke
                    ? broke
                    : lost(cause == null ? what : cause.getMessage());
        } catch (TimeoutException e) {
            AgentLostException late =
                    new AgentLostException("the agent at " + path + " did not answer " + what + " in time", e);
            fail(late);
            throw late;
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    /** False when the connection has not ended in time. */
    boolean awaitEnd(Duration atMost) {
        try {
            return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted("its end", e);
        }
    }

    void requireOpen() {
        AgentException known = failure;
        if (known != null) {
            throw lost(known.message());
        }
    }

    AgentLostException lost(@Nullable String why) {
        return new AgentLostException(why == null ? "the connection is lost" : why, failure);
    }

    AgentLostException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AgentLostException("interrupted while waiting for " + what, e);
    }

    /**
     * Ends the connection, but hears first what the agent said before it left: how commands ended, and why it leaves.
     * An agent that has not left does so when it is told that nothing more comes.
     */
    void failedToWrite(IOException e) {
        AgentLostException why =
                new AgentLostException("cannot write to the agent at " + path + ": " + e.getMessage(), e);
        try {
            socket.shutdownOutput();
        } catch (IOException broken) {
            fail(why);
            return;
        }
        Thread.ofVirtual().name("last words of agent " + path).start(() -> {
            if (!awaitEnd(timeout)) {
                fail(why);
            }
        });
    }

    void close() {
        fail(new AgentLostException("the connection to the agent at " + path + " was closed", null));
        awaitEnd(timeout);
    }

    /** Ends the connection, for the first reason that there is; the reading thread tells all others. */
    private void fail(AgentException why) {
        if (broken.compareAndSet(false, true)) {
            failure = why;
            try {
                socket.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing the connection to the agent", e);
            }
        }
    }

    /** The life of the reading thread. */
    void read() {
        try {
            readFrames();
            fail(new AgentLostException("the agent at " + path + " has closed the connection", null));
        } catch (IOException e) {
            fail(new AgentLostException("cannot read from the agent at " + path + ": " + e.getMessage(), e));
        } catch (AgentException e) {
            fail(e);
        } finally {
            tellAll();
        }
    }

    /** Apart from its handlers: in one method, C2 of JDK 25.0.3 compiled the loop so that exceptions passed them by. */
    private void readFrames() throws IOException {
        do {
            for (var frame = FrameDecoder.next(received); frame.isPresent(); frame = FrameDecoder.next(received)) {
                handle(frame.get());
            }
        } while (receive());
    }

    private boolean receive() throws IOException {
        boolean wasFilled = received.limit() == received.capacity();
        if (wasFilled && received.capacity() < LARGE_BUFFER) {
            received = ByteBuffer.allocateDirect(LARGE_BUFFER).put(received);
        } else {
            received.compact();
        }
        try {
            return socket.read(received) >= 0;
        } finally {
            received.flip();
        }
    }

    private void tellAll() {
        AgentException why = failure;
        AgentException known = why == null ? new AgentLostException("the connection has ended", null) : why;
        welcome.completeExceptionally(known);
        list.completeExceptionally(known);
        pong.completeExceptionally(known);
        commands.values().forEach(command -> command.lost(known.message()));
        commands.clear();
        ended.countDown();
        if (!welcome.isCompletedExceptionally()) {
            listener.closed(stopped, known.message());
        }
    }

    private void handle(AgentFrame frame) {
        if (!welcome.isDone() && !(frame instanceof AgentFrame.Welcome) && !(frame instanceof AgentFrame.Refused)) {
            throw new AgentProtocolException("the agent's first frame is not the answer to the hello");
        }
        switch (frame) {
            case AgentFrame.Welcome it -> welcome(it);
            case AgentFrame.Pong(long nonce) -> pong.complete(nonce);
            case AgentFrame.Started it -> command(it.channel()).ifPresent(command -> command.started(it));
            case AgentFrame.Failed it -> {
                command(it.channel()).ifPresent(command -> command.failed(it));
                commands.remove(it.channel());
            }
            case AgentFrame.Output it ->
                command(it.channel()).ifPresent(command -> command.output(it.stream(), it.offset(), it.data()));
            case AgentFrame.Taken it -> command(it.channel()).ifPresent(command -> command.taken(it));
            case AgentFrame.Exit it -> {
                command(it.channel()).ifPresent(command -> command.exited(it));
                commands.remove(it.channel());
            }
            case AgentFrame.Listed(KnownCommand known) -> listed(known);
            case AgentFrame.ListEnd() -> {
                list.complete(List.copyOf(listed));
                listed.clear();
            }
            case AgentFrame.Stopped() -> stopped = true;
            case AgentFrame.Refused(int why, String text) ->
                throw why == AgentFrame.Refused.REPLACED
                        ? new AgentLostException("the agent at " + path + " has ended the connection: " + text, null)
                        : new AgentProtocolException("the agent at " + path + " has ended the connection: " + text);
        }
    }

    private void welcome(AgentFrame.Welcome frame) {
        if (welcome.isDone()) {
            throw new AgentProtocolException("the agent said its welcome twice");
        }
        if (frame.version() != FrameType.VERSION) {
            throw new AgentProtocolException(
                    "the agent speaks version " + frame.version() + " of the protocol, not " + FrameType.VERSION);
        }
        welcome.complete(frame);
    }

    private void listed(KnownCommand known) {
        if (listed.size() >= COMMANDS_MAX) {
            throw new AgentProtocolException("the agent lists more than " + COMMANDS_MAX + " commands");
        }
        listed.add(known);
    }

    /** The command of a channel. Frames may still come for one that was abandoned, but not for one that never was. */
    private Optional<AgentCommand> command(int channel) {
        if (channel > lastChannel.get()) {
            throw new AgentProtocolException("the agent sent a frame on channel " + channel + ", which is not in use");
        }
        return Optional.ofNullable(commands.get(channel));
    }
}
