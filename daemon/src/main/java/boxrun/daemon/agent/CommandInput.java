package boxrun.daemon.agent;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The input of a command. A write blocks while the agent holds a window of bytes that the command has not taken, and
 * fails when the command takes no more.
 */
final class CommandInput extends OutputStream {
    private final int channel;
    private final int window;
    private final FrameWriter writer;

    /** One writer after the other; held while writing to the socket, so the reader of the connection never takes it. */
    private final ReentrantLock writing = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long sent;
    private long taken;
    private boolean over = true;
    private boolean closed;
    private boolean lost;

    CommandInput(int channel, int window, FrameWriter writer) {
        this.channel = channel;
        this.window = window;
        this.writer = writer;
    }

    /** The agent has so many bytes already, and the command reads or does not. */
    void open(long received, boolean reads) {
        lock.lock();
        try {
            sent = received;
            taken = Math.max(0, received - window);
            over = !reads;
        } finally {
            lock.unlock();
        }
    }

    void taken(long offset, boolean noMore) {
        lock.lock();
        try {
            if (offset < taken || offset > sent) {
                throw new AgentProtocolException("a command took input that was not sent to it");
            }
            taken = offset;
            over |= noMore;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void over() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody knows how much of what was sent has arrived. */
    void lost() {
        lock.lock();
        try {
            lost = true;
            over();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] data, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, data.length);
        writing.lock();
        try {
            int done = 0;
            while (done < length) {
                int room = awaitRoom(Math.min(length - done, FrameWriter.STDIN_MAX));
                writer.stdin(channel, sent - room, data, from + done, room);
                done += room;
            }
        } finally {
            writing.unlock();
        }
    }

    /** Waits until at least one byte may be sent, and counts as many as may be as sent. */
    private int awaitRoom(int wanted) throws IOException {
        lock.lock();
        try {
            while (!over && !closed && sent - taken >= window) {
                changed.awaitUninterruptibly();
            }
            if (over || closed) {
                throw refusal();
            }
            int room = (int) Math.min(wanted, window - (sent - taken));
            sent += room;
            return room;
        } finally {
            lock.unlock();
        }
    }

    private IOException refusal() {
        if (lost) {
            return new IOException("the connection to the command was lost");
        }
        return closed ? new IOException("the input is closed") : new EOFException("the command reads no more input");
    }

    /** The end of the input. */
    @Override
    public void close() throws IOException {
        writing.lock();
        try {
            if (isFirstClose()) {
                writer.closeStdin(channel, sent);
            }
        } finally {
            writing.unlock();
        }
    }

    private boolean isFirstClose() {
        lock.lock();
        try {
            boolean first = !closed && !over;
            closed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }
}
