package boxrun.daemon.agent;

import boxrun.api.Stream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What has come from a command and its listener has not yet taken. Bounded without ever blocking the one who adds: the
 * agent sends no more than a window ahead of what is acknowledged, small pieces that follow each other are joined, and
 * when there are very many they are joined per stream, which gives up the order between the two streams only.
 */
final class OutputQueue {
    private static final int JOINED_SIZE = 64 * 1024;
    private static final int PIECES_MAX = 1024;

    /** Bytes of one stream that follow each other. */
    static final class Piece {
        private final Stream stream;
        private final long offset;
        private byte[] data;
        private int size;

        private Piece(Stream stream, long offset, int size) {
            this.stream = stream;
            this.offset = offset;
            this.data = new byte[size];
        }

        Stream stream() {
            return stream;
        }

        long offset() {
            return offset;
        }

        byte[] data() {
            return size == data.length ? data : Arrays.copyOf(data, size);
        }

        private void append(ByteBuffer more) {
            int length = more.remaining();
            if (size + length > data.length) {
                data = Arrays.copyOf(data, Math.max(size + length, 2 * size));
            }
            more.get(data, size, length);
            size += length;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private final Map<Stream, Piece> latest = new EnumMap<>(Stream.class);
    private @Nullable CommandEnd end;

    void add(Stream stream, long offset, ByteBuffer data) {
        lock.lock();
        try {
            Piece last = latest.get(stream);
            if (last != null && joins(last, data.remaining())) {
                last.append(data);
                return;
            }
            Piece piece = new Piece(stream, offset, data.remaining());
            piece.append(data);
            pieces.add(piece);
            latest.put(stream, piece);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean joins(Piece last, int length) {
        return pieces.size() >= PIECES_MAX || (last == pieces.peekLast() && last.size + length <= JOINED_SIZE);
    }

    /** There will be no more; the first end counts. */
    void end(CommandEnd commandEnd) {
        lock.lock();
        try {
            if (end == null) {
                end = commandEnd;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next piece, waited for; empty when there will be none. */
    Optional<Piece> take() {
        lock.lock();
        try {
            while (pieces.isEmpty() && end == null) {
                changed.awaitUninterruptibly();
            }
            Piece piece = pieces.poll();
            if (piece == null) {
                return Optional.empty();
            }
            latest.remove(piece.stream, piece);
            return Optional.of(piece);
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return pieces.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** How it ended; only after {@link #take} was empty. */
    CommandEnd end() {
        lock.lock();
        try {
            return end == null ? new CommandEnd.Lost("the command has not ended") : end;
        } finally {
            lock.unlock();
        }
    }
}
