package boxrun.daemon.agent;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the agent of one box. The protocol in order:
 *
 * <ol>
 *   <li>The daemon connects to the agent's socket and says HELLO with the versions that it speaks. The agent answers
 *       WELCOME with one of them and its limits, or ERROR. From then on this connection is the active one; an older one
 *       is told ERROR and closed.
 *   <li>After a restart the daemon asks LIST, gets one LISTED for each command and LIST_END, and takes each up with
 *       RESUME, naming an unused channel and the offsets from which it wants the output.
 *   <li>START, with an unused channel, starts a command; SPEC frames before it carry what does not fit in one frame.
 *       Both START and RESUME are answered on their channel: STARTED, or FAILED with the step and the error number.
 *   <li>The agent sends OUTPUT, whose bytes have an offset in their stream, at most a window ahead of what the daemon
 *       has acknowledged by ACK. It keeps what is not acknowledged, and stops reading when it keeps a window: the
 *       command waits, nobody else does.
 *   <li>The daemon sends STDIN, at most a window ahead of what the agent says is TAKEN, and CLOSE_STDIN. A command that
 *       closed its input or has ended is TAKEN with a flag.
 *   <li>SIGNAL, RESIZE, HANGUP and END act on a command and are not answered.
 *   <li>EXIT comes after the last byte of output, and carries the lengths of both outputs. FORGET, by id, lets the
 *       agent drop what it keeps of the command.
 *   <li>PING is answered by PONG, at any time. STOP ends all commands and then the agent: when the last EXIT is sent it
 *       says STOPPED and closes.
 * </ol>
 *
 * <p>All methods may be called from any thread and block; to interrupt a thread in one of them may break the
 * connection. When the connection breaks, each command's listener hears {@link CommandEnd.Lost} after the output that
 * had arrived: a new connection resumes it from there, so that no byte is lost or comes twice.
 */
public final class AgentConnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AgentConnection.class.getName());
    private static final Duration GRACE_MAX = Duration.ofHours(1);
    private static final int COMMANDS_MAX = 1 << 16;
    private static final int BUFFER_SIZE = 2 * (FrameDecoder.HEAD + FrameDecoder.PAYLOAD_MAX);

    /** Who is told, once, that the connection has ended. */
    public interface Closed {
        /**
         * Called on a thread of the connection, after every command's end is on its way to its listener.
         *
         * @param stopped true when the agent has left in order
         * @param reason one clause
         */
        void closed(boolean stopped, String reason);
    }

    /** Writes one frame. */
    interface Send {
        void write() throws IOException;
    }

    private final Path path;
    private final SocketChannel socket;
    private final Duration timeout;
    private final Closed listener;
    private final FrameWriter writer;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_SIZE).limit(0);
    private final Map<Integer, AgentCommand> commands = new ConcurrentHashMap<>();
    private final AtomicInteger lastChannel = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** One LIST, or PING, at a time. */
    private final ReentrantLock asking = new ReentrantLock();

    private final CompletableFuture<AgentFrame.Welcome> welcome = new CompletableFuture<>();
    private volatile CompletableFuture<List<KnownCommand>> list = new CompletableFuture<>();
    private volatile CompletableFuture<Long> pong = new CompletableFuture<>();
    private final List<KnownCommand> listed = new ArrayList<>();
    private volatile @Nullable AgentException failure;
    private volatile boolean stopped;

    private AgentConnection(Path path, SocketChannel socket, Duration timeout, Closed listener) {
        this.path = path;
        this.socket = socket;
        this.timeout = timeout;
        this.listener = listener;
        this.writer = new FrameWriter(socket);
    }

    /**
     * Connects to an agent.
     *
     * @param path of a Unix socket on which an agent listens
     * @param timeout how long to wait for each answer of the agent, this first one included
     * @throws AgentLostException when there is none, or it does not answer
     * @throws AgentProtocolException when it speaks another protocol, or another version
     */
    public static AgentConnection open(Path path, Duration timeout, Closed listener) {
        AgentConnection connection = new AgentConnection(path, connect(path), timeout, listener);
        Thread.ofVirtual().name("agent " + path).start(connection::read);
        connection.request(connection.writer::hello);
        connection.await(connection.welcome, "the hello");
        return connection;
    }

    private static SocketChannel connect(Path path) {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new AgentLostException("cannot connect to the agent at " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Starts a command.
     *
     * @throws CommandNotStartedException when that fails; the listener is not called then
     * @throws AgentLostException when the connection breaks before it is known to have started; starting it again, with
     *     the same id, on a new connection does not start it twice
     */
    public AgentCommand start(CommandSpec spec, CommandListener commandListener) {
        byte[] encoded = SpecEncoder.encode(spec);
        if (encoded.length > await(welcome, "the hello").specSize()) {
            throw new CommandNotStartedException(StartStage.SPEC, Errno.E2BIG, spec);
        }
        AgentCommand command = register(spec.id(), commandListener);
        request(() -> writer.start(command.channel(), encoded));
        return switch (answer(command)) {
            case AgentCommand.Answer.Good() -> deliver(command);
            case AgentCommand.Answer.Bad(StartStage stage, int errno) ->
                throw new CommandNotStartedException(stage, errno, spec);
            case AgentCommand.Answer.Lost(String reason) -> throw lost(reason);
        };
    }

    /**
     * Takes up a command that was started on an earlier connection. Its output from these offsets on is delivered, then
     * its end; what lies before them is acknowledged by this.
     *
     * @return empty when the agent does not know it
     * @throws IllegalArgumentException when an offset is beyond what the command has written
     */
    public Optional<AgentCommand> resume(
            String id, long stdoutOffset, long stderrOffset, CommandListener commandListener) {
        CommandSpec.requireId(id);
        AgentCommand command = register(id, commandListener);
        request(() -> writer.resume(command.channel(), id, stdoutOffset, stderrOffset));
        return switch (answer(command)) {
            case AgentCommand.Answer.Good() -> Optional.of(deliver(command));
            case AgentCommand.Answer.Bad(StartStage stage, int errno) -> {
                if (stage == StartStage.OFFSET) {
                    throw new IllegalArgumentException("command " + id + " has not written as much as " + stdoutOffset
                            + " and " + stderrOffset + " bytes");
                }
                yield Optional.empty();
            }
            case AgentCommand.Answer.Lost(String reason) -> throw lost(reason);
        };
    }

    /** All commands that the agent knows. */
    public List<KnownCommand> list() {
        asking.lock();
        try {
            list = new CompletableFuture<>();
            request(writer::list);
            return await(list, "the list of commands");
        } finally {
            asking.unlock();
        }
    }

    /**
     * Lets the agent drop all that it keeps of a command that has ended. One that still runs goes on, and what it
     * writes is thrown away. Nothing happens when the agent does not know it.
     */
    public void forget(String id) {
        CommandSpec.requireId(id);
        send(() -> writer.forget(id));
    }

    /** Makes sure that the agent answers. */
    public void ping() {
        asking.lock();
        try {
            long nonce = System.nanoTime();
            pong = new CompletableFuture<>();
            request(() -> writer.ping(nonce));
            if (await(pong, "a ping") != nonce) {
                throw new AgentProtocolException("the agent answered another ping");
            }
        } finally {
            asking.unlock();
        }
    }

    /**
     * Ends everything in the box, the agent at last: TERM to all, after {@code grace} (an hour at most) KILL. Returns
     * when the agent has left; the listeners hear how their commands ended.
     */
    public void stop(Duration grace) {
        request(() -> writer.stop(graceMillis(grace)));
        try {
            if (!ended.await(grace.plus(timeout).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AgentLostException("the agent at " + path + " did not stop in time", null);
            }
        } catch (InterruptedException e) {
            throw interrupted("its stop", e);
        }
    }

    /** Closes the connection; commands go on. */
    @Override
    public void close() {
        fail(new AgentLostException("the connection to the agent at " + path + " was closed", null));
        try {
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    static int graceMillis(Duration grace) {
        if (grace.isNegative() || grace.compareTo(GRACE_MAX) > 0) {
            throw new IllegalArgumentException("not a grace between 0 and an hour: " + grace);
        }
        return (int) grace.toMillis();
    }

    private AgentCommand register(String id, CommandListener commandListener) {
        int channel = lastChannel.incrementAndGet();
        int window = await(welcome, "the hello").window();
        AgentCommand command = new AgentCommand(id, channel, window, this, writer, commandListener);
        commands.put(channel, command);
        return command;
    }

    private static AgentCommand deliver(AgentCommand command) {
        command.deliver();
        return command;
    }

    private AgentCommand.Answer answer(AgentCommand command) {
        AgentException failed = failure;
        if (failed != null) {
            commands.remove(command.channel());
            throw lost(failed.message());
        }
        try {
            Optional<AgentCommand.Answer> answer = command.awaitAnswer(timeout);
            if (answer.isEmpty()) {
                /* One command that hangs on its way to exec, in a dead network file system for example, is given up. */
                command.end(Duration.ZERO);
                abandon(command, "it was not started in time");
            }
            return answer.orElse(new AgentCommand.Answer.Bad(StartStage.TIMEOUT, 0));
        } catch (InterruptedException e) {
            throw interrupted("the start of " + command.id(), e);
        }
    }

    /** Hears no more of a command on this connection. */
    void abandon(AgentCommand command, String why) {
        commands.remove(command.channel());
        command.lost(why);
    }

    /** Writes a frame; when that fails the connection is broken, which its commands hear. */
    void send(Send frame) {
        try {
            frame.write();
        } catch (IOException e) {
            fail(new AgentLostException("cannot write to the agent at " + path + ": " + e.getMessage(), e));
        }
    }

    /** Writes a frame that will be answered. */
    private void request(Send frame) {
        AgentException failed = failure;
        if (failed != null) {
            throw lost(failed.message());
        }
        send(frame);
    }

    private <T> T await(CompletableFuture<T> answer, String what) {
        try {
            AgentException failed = failure;
            if (failed != null) {
                answer.completeExceptionally(failed);
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

    private AgentLostException lost(@Nullable String why) {
        return new AgentLostException(why == null ? "the connection is lost" : why, failure);
    }

    private AgentLostException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AgentLostException("interrupted while waiting for " + what, e);
    }

    /** Ends the connection, for the first reason that there is; the reader tells all others. */
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

    private void read() {
        try {
            while (true) {
                Optional<AgentFrame> frame = FrameDecoder.next(received);
                if (frame.isPresent()) {
                    handle(frame.get());
                } else if (!receive()) {
                    fail(new AgentLostException("the agent at " + path + " has closed the connection", null));
                    break;
                }
            }
        } catch (IOException e) {
            fail(new AgentLostException("cannot read from the agent at " + path + ": " + e.getMessage(), e));
        } catch (AgentException e) {
            fail(e);
        } finally {
            tellAll();
        }
    }

    private boolean receive() throws IOException {
        received.compact();
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
        listener.closed(stopped, known.message());
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
            throw new AgentProtocolException("a frame on channel " + channel + ", which is not in use");
        }
        return Optional.ofNullable(commands.get(channel));
    }
}
