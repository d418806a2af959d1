package boxrun.daemon.agent;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

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
    private static final Duration GRACE_MAX = Duration.ofHours(1);

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

    private final FrameReader reader;
    private final FrameWriter writer;
    private final Duration timeout;

    /** One LIST, or PING, at a time. */
    private final ReentrantLock asking = new ReentrantLock();

    private AgentConnection(FrameReader reader, FrameWriter writer, Duration timeout) {
        this.reader = reader;
        this.writer = writer;
        this.timeout = timeout;
    }

    /**
     * Connects to an agent.
     *
     * @param path of a Unix socket on which an agent listens
     * @param timeout how long to wait for each answer of the agent, this first one included
     * @param listener is not told when this throws
     * @throws AgentLostException when there is none, or it does not answer
     * @throws AgentProtocolException when it speaks another protocol, or another version
     */
    public static AgentConnection open(Path path, Duration timeout, Closed listener) {
        SocketChannel socket = connect(path);
        FrameReader reader = new FrameReader(path, socket, timeout, listener);
        AgentConnection connection = new AgentConnection(reader, new FrameWriter(socket), timeout);
        Thread.ofVirtual().name("agent " + path).start(reader::read);
        try {
            connection.request(connection.writer::hello);
            connection.welcome();
        } catch (AgentException e) {
            connection.close();
            throw e;
        }
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
        if (encoded.length > welcome().specSize()) {
            throw new CommandNotStartedException(StartStage.SPEC, Errno.E2BIG, spec);
        }
        AgentCommand command = register(spec.id(), commandListener);
        request(() -> writer.start(command.channel(), encoded));
        return switch (answer(command)) {
            case AgentCommand.Answer.Good() -> deliver(command);
            case AgentCommand.Answer.Bad(StartStage stage, int errno) ->
                throw new CommandNotStartedException(stage, errno, spec);
            case AgentCommand.Answer.Lost(String reason) -> throw reader.lost(reason);
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
            case AgentCommand.Answer.Lost(String reason) -> throw reader.lost(reason);
        };
    }

    /** All commands that the agent knows. */
    public List<KnownCommand> list() {
        asking.lock();
        try {
            CompletableFuture<List<KnownCommand>> list = reader.expectList();
            request(writer::list);
            return reader.await(list, "the list of commands");
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
            CompletableFuture<Long> pong = reader.expectPong();
            request(() -> writer.ping(nonce));
            if (reader.await(pong, "a ping") != nonce) {
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
        if (!reader.awaitEnd(grace.plus(timeout))) {
            throw reader.lost("the agent did not stop in time");
        }
    }

    /** What the agent sent that no agent sends, when that has ended the connection. */
    public Optional<String> fault() {
        return reader.fault();
    }

    /** Closes the connection; commands go on. */
    @Override
    public void close() {
        reader.close();
    }

    static int graceMillis(Duration grace) {
        if (grace.isNegative() || grace.compareTo(GRACE_MAX) > 0) {
            throw new IllegalArgumentException("not a grace between 0 and an hour: " + grace);
        }
        return (int) grace.toMillis();
    }

    private AgentFrame.Welcome welcome() {
        return reader.await(reader.welcome(), "the hello");
    }

    private AgentCommand register(String id, CommandListener commandListener) {
        int channel = reader.newChannel();
        AgentCommand command = new AgentCommand(id, channel, welcome().window(), this, writer, commandListener);
        reader.register(command);
        return command;
    }

    private static AgentCommand deliver(AgentCommand command) {
        command.deliver();
        return command;
    }

    private AgentCommand.Answer answer(AgentCommand command) {
        try {
            Optional<AgentCommand.Answer> answer = command.awaitAnswer(timeout);
            if (answer.isEmpty()) {
                /* One command that hangs on its way to exec, in a dead network file system for example, is given up. */
                command.end(Duration.ZERO);
                abandon(command, "it was not started in time");
                forget(command.id());
            }
            return answer.orElse(new AgentCommand.Answer.Bad(StartStage.TIMEOUT, 0));
        } catch (InterruptedException e) {
            throw reader.interrupted("the start of " + command.id(), e);
        }
    }

    /** Hears no more of a command on this connection. */
    void abandon(AgentCommand command, String why) {
        reader.abandon(command);
        command.lost(why);
    }

    /** Writes a frame; when that fails the connection is broken, which its commands hear. */
    void send(FrameWriter.Frame frame) {
        try {
            frame.write();
        } catch (IOException e) {
            reader.failedToWrite(e);
        }
    }

    /** Writes a frame that will be answered, or by which the connection ends. */
    private void request(FrameWriter.Frame frame) {
        reader.requireOpen();
        send(frame);
    }
}
