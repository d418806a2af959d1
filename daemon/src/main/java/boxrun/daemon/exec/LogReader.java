package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Reads the events of a command at its own pace. For one thread. */
public final class LogReader implements Closeable {
    private static final int FIRST_BUFFER = 8 * 1024;

    private final ExecLog log;
    private final Path path;
    private final long after;
    private final FileChannel file;
    private ByteBuffer buffer = ByteBuffer.allocate(FIRST_BUFFER).limit(0);
    /** Where in the file the buffer's first byte stands. */
    private long bufferStart;

    private long nextSeq;
    private Optional<Instant> time;
    private ExecLog.Extent extent;
    private boolean over;

    /** Opens the file at once: then it does not matter to this reader that the box may be removed. */
    LogReader(ExecLog log, Path path, long after) {
        this.log = log;
        this.path = path;
        this.after = Math.max(0, after);
        LogIndex.Mark start = log.before(this.after + 1);
        this.bufferStart = start.position();
        this.nextSeq = start.seq();
        this.time = start.time() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(start.time()));
        this.extent = new ExecLog.Extent(0, 0, Optional.empty());
        try {
            this.file = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    /**
     * The next event; empty when none came in time, or when there will be none any more: see {@link #over}.
     *
     * @param wait how long to wait for one; zero to take only what is there
     */
    public Optional<LogEntry> next(Duration wait) throws InterruptedException {
        while (!over) {
            if (position() >= extent.end()) {
                extent = log.awaitBeyond(position(), wait);
            }
            if (position() < extent.end()) {
                Optional<LogEntry> entry = read();
                if (entry.isPresent()) {
                    return entry;
                }
            } else if (extent.exit().isPresent()) {
                over = true;
                return extent.lastSeq() > after
                        ? Optional.of(new LogEntry.Exit(
                                extent.lastSeq(), extent.exit().get()))
                        : Optional.empty();
            } else {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Waits until there is more to read, or the time is up; says which. An interrupt here disturbs no reading. */
    public boolean await(Duration wait) throws InterruptedException {
        if (position() >= extent.end()) {
            extent = log.awaitBeyond(position(), wait);
        }
        return position() < extent.end() || extent.exit().isPresent();
    }

    /** Whether the end was given, or lies before where this reader began. */
    public boolean over() {
        return over;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private long position() {
        return bufferStart + buffer.position();
    }

    /** The record at the position; empty for one that is not to be given. */
    private Optional<LogEntry> read() {
        require(LogFormat.HEADER);
        LogFormat.Header header =
                LogFormat.header(buffer).orElseThrow(() -> failure(new IOException("damaged at " + position())));
        if (header.kind() == LogFormat.Kind.EXIT) {
            throw failure(new IOException("an end before the end at " + position()));
        }
        if (header.kind() == LogFormat.Kind.TIME) {
            time = Optional.of(Instant.ofEpochMilli(LogFormat.time(payload(header))));
            return Optional.empty();
        }
        boolean wanted = header.kind().isEvent() && nextSeq > after;
        long seq = header.kind().isEvent() ? nextSeq++ : 0;
        if (!wanted) {
            skip(header.length());
            return Optional.empty();
        }
        boolean text = header.kind() == LogFormat.Kind.text(header.kind().stream());
        return Optional.of(new LogEntry.Output(seq, header.kind().stream(), text, payload(header), time));
    }

    private byte[] payload(LogFormat.Header header) {
        require(header.length());
        byte[] bytes = new byte[header.length()];
        buffer.get(bytes);
        return bytes;
    }

    private void skip(int length) {
        if (length <= buffer.remaining()) {
            buffer.position(buffer.position() + length);
        } else {
            bufferStart = position() + length;
            buffer.clear().limit(0);
        }
    }

    /** Makes {@code length} bytes available in the buffer. */
    private void require(int length) {
        if (buffer.remaining() >= length) {
            return;
        }
        long start = position();
        if (buffer.capacity() < length) {
            byte[] rest = new byte[buffer.remaining()];
            buffer.get(rest);
            buffer = ByteBuffer.wrap(Arrays.copyOf(rest, LogFormat.HEADER + length));
            buffer.position(rest.length);
        } else {
            buffer.compact();
        }
        bufferStart = start;
        try {
            // What lies beyond may be half written.
            buffer.limit((int) Math.min(buffer.capacity(), extent.end() - start));
            while (buffer.position() < length) {
                if (file.read(buffer, start + buffer.position()) <= 0) {
                    throw new IOException("it is shorter than " + (start + length) + " bytes");
                }
            }
        } catch (IOException e) {
            throw failure(e);
        }
        buffer.flip();
    }

    private ProblemException failure(IOException cause) {
        return failure(path, cause);
    }

    private static ProblemException failure(Path path, IOException cause) {
        return new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot read the log " + path + ": " + cause.getMessage())
                .because(cause);
    }
}
