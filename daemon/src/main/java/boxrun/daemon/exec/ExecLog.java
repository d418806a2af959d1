package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.config.Sizes;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The output of one command and its end, in one append-only file that any number of readers follow.
 *
 * <p>Readers read the file, each at its own pace: a slow one holds up nobody and costs no memory. What {@link #append}
 * has returned from is there after a crash of the daemon; what a crash tore is cut off by {@link #open}, and
 * {@link #offset} says from where the engine has to deliver again. Output is cut between characters, never inside one.
 *
 * <p>It notes when output was written, to the millisecond. What an earlier daemon could not take is written when the
 * next one gets it, and has that one's time.
 *
 * <p>What it does not do: it does not survive a loss of power, because the command does not either.
 */
public final class ExecLog implements OutputSink {
    private final Path path;
    private final long maxBytes;
    private final Clock clock;
    private final Map<Stream, Long> offsets = new EnumMap<>(Stream.class);
    private final Map<Stream, byte[]> held = new EnumMap<>(Stream.class);
    private final LogIndex index = new LogIndex();
    private Optional<FileChannel> file = Optional.empty();
    private Optional<ExitData> exit = Optional.empty();
    private long end;
    private long lastSeq;
    /** The last that is in the file; 0 before the first. */
    private long time;

    private ExecLog(Path path, long maxBytes, Clock clock) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.clock = clock;
        for (Stream stream : Stream.values()) {
            offsets.put(stream, 0L);
            held.put(stream, new byte[0]);
        }
    }

    /**
     * A new, empty log.
     *
     * @param maxBytes that its file may have
     */
    public static ExecLog create(Path path, long maxBytes, Clock clock) {
        ExecLog log = new ExecLog(path, maxBytes, clock);
        try {
            log.file = Optional.of(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw log.failure("make", e);
        }
        return log;
    }

    /** The log that an earlier daemon wrote, to go on with it unless it has ended; what was torn is cut off. */
    public static ExecLog open(Path path, long maxBytes, Clock clock) {
        ExecLog log = new ExecLog(path, maxBytes, clock);
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            log.file = Optional.of(channel);
            LogScan.forEach(channel, log::scanned);
            if (log.exit.isPresent()) {
                log.closeFile();
            } else {
                channel.truncate(log.end);
            }
        } catch (IOException e) {
            log.closeFile();
            throw log.failure("open", e);
        } catch (MalformedJsonException e) {
            log.closeFile();
            throw log.failure("open", new IOException("its end is damaged", e));
        }
        return log;
    }

    private void scanned(LogScan.Found record) {
        LogFormat.Kind kind = record.kind();
        if (kind == LogFormat.Kind.EXIT) {
            exit = Optional.of(Json.WIRE.decode(record.payload(), ExitData.class));
            lastSeq++;
            return;
        }
        if (kind == LogFormat.Kind.TIME) {
            time = LogFormat.time(record.payload());
        } else if (kind.isEvent()) {
            held.put(kind.stream(), new byte[0]);
            offsets.merge(kind.stream(), (long) record.length(), Long::sum);
            lastSeq++;
            index.add(lastSeq, record.position(), time);
        } else {
            held.put(kind.stream(), record.payload());
        }
        end = record.position() + LogFormat.HEADER + record.length();
    }

    /**
     * Adds output; {@code offset} is its position in the stream. Bytes that the log has already are left out.
     *
     * @throws ProblemException when it cannot be written; the log is then as before the call
     * @throws OutputLimitException when the log would be longer than it may be; all before this call is kept
     */
    @Override
    public synchronized void append(Stream stream, long offset, byte[] data) {
        if (exit.isPresent()) {
            return;
        }
        long expected = offset(stream);
        if (offset > expected) {
            throw new IllegalStateException(stream + " of " + path + " continues at " + offset + " after " + expected);
        }
        int known = (int) Math.min(data.length, expected - offset);
        if (known == data.length) {
            return;
        }
        if (end + data.length > maxBytes) {
            throw new OutputLimitException("of a command's output " + Sizes.text(maxBytes)
                    + " can be kept; BOXRUN_EXEC_LOG_MAX_MB of the daemon sets another limit, and there is none for a"
                    + " terminal or an interactive run");
        }
        byte[] before = held(stream);
        byte[] bytes = Arrays.copyOf(before, before.length + data.length - known);
        System.arraycopy(data, known, bytes, before.length, data.length - known);
        add(stream, bytes, Utf8.unfinished(bytes, 0, bytes.length));
    }

    /** The number of bytes of a stream that the log has: where the engine has to go on. */
    public synchronized long offset(Stream stream) {
        return offsets.getOrDefault(stream, 0L) + held(stream).length;
    }

    /**
     * Adds the end; a second end is ignored.
     *
     * @throws ProblemException when it cannot be written; readers get it all the same
     */
    @Override
    public synchronized void finish(ExitData data) {
        if (exit.isPresent()) {
            return;
        }
        try {
            for (Stream stream : Stream.values()) {
                add(stream, held(stream), 0);
            }
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            byte[] json = Json.WIRE.bytes(data);
            LogFormat.write(record, LogFormat.Kind.EXIT, json, 0, json.length);
            write(record);
        } finally {
            lastSeq++;
            exit = Optional.of(data);
            closeFile();
            notifyAll();
        }
    }

    /** Makes the end known that is written elsewhere, if it is not written here. */
    synchronized void ended(ExitData data) {
        if (exit.isEmpty()) {
            lastSeq++;
            exit = Optional.of(data);
            closeFile();
        }
    }

    /** Takes back {@link #create}: the command was never started. */
    void discard() {
        closeFile();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failure("remove", e);
        }
    }

    /** How the command ended, when it has. */
    public synchronized Optional<ExitData> exit() {
        return exit;
    }

    /** The events after number {@code after}: those that are there, then those that come, until the end. */
    public LogReader reader(long after) {
        return new LogReader(this, path, after);
    }

    private void add(Stream stream, byte[] bytes, int unfinished) {
        if (bytes.length == 0) {
            return;
        }
        ByteArrayOutputStream records = new ByteArrayOutputStream(bytes.length + 64);
        long now = clock.millis();
        if (now != time) {
            LogFormat.writeTime(records, now);
        }
        int to = bytes.length - unfinished;
        int events = 0;
        for (int at = 0; at < to; events++) {
            int limit = Math.min(to, at + LogFormat.MAX_PIECE);
            int valid = Utf8.validUntil(bytes, at, limit);
            if (valid > at) {
                LogFormat.write(records, LogFormat.Kind.text(stream), bytes, at, valid - at);
                at = valid;
            } else {
                LogFormat.write(records, LogFormat.Kind.bytes(stream), bytes, at, limit - at);
                at = limit;
            }
        }
        if (unfinished > 0) {
            LogFormat.write(records, LogFormat.Kind.held(stream), bytes, to, unfinished);
        }
        write(records);
        time = now;
        if (events > 0) {
            index.add(lastSeq + 1, end, time);
        }
        end += records.size();
        lastSeq += events;
        offsets.merge(stream, (long) to, Long::sum);
        held.put(stream, Arrays.copyOfRange(bytes, to, bytes.length));
        notifyAll();
    }

    private void write(ByteArrayOutputStream records) {
        FileChannel channel = file.orElseThrow();
        try {
            ByteBuffer buffer = ByteBuffer.wrap(records.toByteArray());
            long at = end;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
        } catch (IOException e) {
            try {
                channel.truncate(end);
            } catch (IOException truncation) {
                e.addSuppressed(truncation);
            }
            throw failure("write", e);
        }
    }

    private void closeFile() {
        try {
            if (file.isPresent()) {
                file.get().close();
            }
        } catch (IOException e) {
            throw failure("close", e);
        } finally {
            file = Optional.empty();
        }
    }

    private byte[] held(Stream stream) {
        return held.getOrDefault(stream, new byte[0]);
    }

    private ProblemException failure(String action, IOException cause) {
        return new ProblemException(
                        ErrorCode.RUNTIME_ERROR, "cannot " + action + " the log " + path + ": " + cause.getMessage())
                .because(cause);
    }

    /** How far the output goes; with the end its number, otherwise that of the last event. */
    record Extent(long end, long lastSeq, Optional<ExitData> exit) {}

    /** Waits until there is more than {@code position}, or the end, or the time is up. */
    synchronized Extent awaitBeyond(long position, Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (end <= position && exit.isEmpty()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                break;
            }
            wait(millis);
        }
        return new Extent(end, lastSeq, exit);
    }

    synchronized LogIndex.Mark before(long seq) {
        return index.before(seq);
    }
}
