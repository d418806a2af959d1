package boxrun.daemon.agent;

import boxrun.api.Stream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A command that runs, or ran, in a box, on one connection to its agent. Its output and end go to its
 * {@link CommandListener}. What is asked of a command that has ended, or whose connection is gone, is ignored.
 */
public final class AgentCommand {
    private final String id;
    private final int channel;
    private final int window;
    private final AgentConnection connection;
    private final FrameWriter writer;
    private final CommandListener listener;
    private final CommandInput input;
    private final OutputQueue queue = new OutputQueue();
    private final BlockingQueue<Answer> answer = new ArrayBlockingQueue<>(1);

    private final OutputPosition stdout = new OutputPosition(0);
    private final OutputPosition stderr = new OutputPosition(1);
    private boolean answered;
    private AgentFrame.Started started = new AgentFrame.Started(0, 0, false, false, 0, 0, 0);

    /** What came of a START or RESUME. */
    sealed interface Answer {
        record Good() implements Answer {}

        record Bad(StartStage stage, int errno) implements Answer {}

        record Lost(String reason) implements Answer {}
    }

    AgentCommand(
            String id,
            int channel,
            int window,
            AgentConnection connection,
            FrameWriter writer,
            CommandListener listener) {
        this.id = id;
        this.channel = channel;
        this.window = window;
        this.connection = connection;
        this.writer = writer;
        this.listener = listener;
        this.input = new CommandInput(channel, window, writer);
    }

    public String id() {
        return id;
    }

    /** Its process id in the box. */
    public int pid() {
        return started.pid();
    }

    /** True when the agent knew it before: a start that was repeated, or a resume. */
    public boolean known() {
        return started.known();
    }

    /** Where its output goes on on this connection; later than was asked for when that was acknowledged before. */
    public long firstOffset(Stream stream) {
        return stream == Stream.STDOUT ? started.stdout() : started.stderr();
    }

    /**
     * Where its input goes: a write blocks while the command does not read; closing is its end of file, on a terminal
     * the end-of-file character. Throws {@link java.io.EOFException} when the command reads no more.
     */
    public OutputStream stdin() {
        return input;
    }

    /** Sends a signal, 1 to 64, to its process group. */
    public void signal(int number) {
        if (number < 1 || number > 64) {
            throw new IllegalArgumentException("not a signal: " + number);
        }
        send(() -> writer.signal(channel, number));
    }

    /** Changes the size of its terminal; ignored when it has none. */
    public void resize(WindowSize size) {
        send(() -> writer.resize(channel, size));
    }

    /** Hangs up its terminal: the foreground processes get HUP. Without a terminal, its process group does. */
    public void hangup() {
        send(() -> writer.hangup(channel));
    }

    /**
     * Ends its whole process tree, children that called setsid included: TERM, after {@code grace} (an hour at most)
     * KILL. Its listener hears of the end when nothing is left of the tree. It can be called after the end, too, for
     * what the command has left in the background, until the command is forgotten.
     */
    public void end(Duration grace) {
        send(() -> writer.end(channel, AgentConnection.graceMillis(grace)));
    }

    private void send(FrameWriter.Frame frame) {
        connection.send(frame);
    }

    /** Waits for the answer to START or RESUME; empty when none comes in time. */
    Optional<Answer> awaitAnswer(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(answer.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Starts the thread that calls the listener, once the answer was good. */
    void deliver() {
        Thread.ofVirtual().name("command " + id).start(this::callListener);
    }

    // What follows is called by the connection's reader.

    void started(AgentFrame.Started frame) {
        require(!answered, "an answer that was not asked for");
        answered = true;
        started = frame;
        stdout.start(frame.stdout());
        stderr.start(frame.stderr());
        input.open(frame.stdin(), frame.input());
        offer(new Answer.Good());
    }

    void failed(AgentFrame.Failed frame) {
        require(!answered, "an answer that was not asked for");
        answered = true;
        offer(new Answer.Bad(frame.stage(), frame.errno()));
    }

    void output(Stream stream, long offset, ByteBuffer data) {
        OutputPosition position = position(stream);
        require(answered, "output before the answer to START");
        require(offset == position.expected, "output that does not go on where the last ended");
        require(offset + data.remaining() - position.acknowledged <= window, "more output than the window allows");
        position.expected += data.remaining();
        queue.add(stream, offset, data);
    }

    void taken(AgentFrame.Taken frame) {
        require(answered, "input taken before the answer to START");
        input.taken(frame.offset(), frame.over());
    }

    void exited(AgentFrame.Exit frame) {
        require(answered, "an exit before the answer to START");
        require(
                frame.stdout() == stdout.expected && frame.stderr() == stderr.expected,
                "an exit whose output is longer than what was sent");
        input.over();
        queue.end(frame.end());
    }

    void lost(String reason) {
        offer(new Answer.Lost(reason));
        input.lost();
        queue.end(new CommandEnd.Lost(reason));
    }

    private void offer(Answer what) {
        answer.offer(what);
    }

    private void require(boolean holds, String broken) {
        if (!holds) {
            throw new AgentProtocolException("the agent sent " + broken + " (command " + id + ")");
        }
    }

    private OutputPosition position(Stream stream) {
        return stream == Stream.STDOUT ? stdout : stderr;
    }

    private void callListener() {
        try {
            for (var piece = queue.take(); piece.isPresent(); piece = queue.take()) {
                OutputQueue.Piece each = piece.get();
                byte[] data = each.data();
                listener.bytes(each.stream(), each.offset(), data);
                position(each.stream()).delivered = each.offset() + data.length;
                acknowledge(stdout);
                acknowledge(stderr);
            }
        } catch (RuntimeException e) {
            String why = "its listener failed: " + e;
            connection.abandon(this, why);
            listener.ended(new CommandEnd.Lost(why));
            return;
        }
        listener.ended(queue.end());
    }

    /** At once when all is delivered, so that the agent holds nothing; in a flood four times per window. */
    private void acknowledge(OutputPosition position) {
        long upto = position.delivered;
        long open = upto - position.acknowledged;
        if (open > 0 && (queue.isEmpty() || open >= window / 4)) {
            position.acknowledged = upto;
            send(() -> writer.acknowledge(channel, position.number, upto));
        }
    }

    int channel() {
        return channel;
    }
}
