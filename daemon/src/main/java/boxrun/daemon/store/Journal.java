package boxrun.daemon.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An append-only file of lines. A line whose {@link #append} has returned is there after any crash; a line that was
 * torn by one is cut off when the file is opened again.
 *
 * <p>Failures are {@link boxrun.api.ProblemException} {@code RUNTIME_ERROR} that name the file and the system's reason;
 * after one, the file holds what it held before the call. Calls may come from any thread.
 */
public final class Journal implements Closeable {
    private static final int CHUNK = 64 * 1024;

    private final Path path;
    private final FileChannel file;
    private final boolean synced;
    private long end;

    private Journal(Path path, FileChannel file, boolean synced) {
        this.path = path;
        this.file = file;
        this.synced = synced;
    }

    /** Opens the journal, making it when there is none; every line is on the disk when {@link #append} returns. */
    public static Journal open(Path path) {
        return open(path, true);
    }

    /** Like {@link #open}, for lines that may be lost when the host (not only the daemon) crashes. */
    public static Journal openUnsynced(Path path) {
        return open(path, false);
    }

    private static Journal open(Path path, boolean synced) {
        FileChannel file;
        try {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw DurableFile.failure("open", path, e);
        }
        Journal journal = new Journal(path, file, synced);
        try {
            journal.end = journal.endOfLastLine();
            if (journal.end < file.size()) {
                file.truncate(journal.end);
            }
            return journal;
        } catch (IOException e) {
            journal.close();
            throw DurableFile.failure("open", path, e);
        }
    }

    /** Adds one line, which must not contain a line feed. */
    public synchronized void append(byte[] line) {
        byte[] record = Arrays.copyOf(line, line.length + 1);
        record[line.length] = '\n';
        try {
            write(record);
            end += record.length;
        } catch (IOException e) {
            try {
                // Half a line would swallow the next one.
                file.truncate(end);
            } catch (IOException truncation) {
                e.addSuppressed(truncation);
            }
            throw DurableFile.failure("write", path, e);
        }
    }

    /** Gives every line, oldest first, without its line feed. */
    public synchronized void replay(Consumer<byte[]> lines) {
        try {
            byte[] pending = new byte[0];
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            for (long at = 0; at < end; ) {
                chunk.clear().limit((int) Math.min(CHUNK, end - at));
                int count = file.read(chunk, at);
                if (count <= 0) {
                    break;
                }
                at += count;
                pending = splitOff(lines, pending, chunk.array(), count);
            }
        } catch (IOException e) {
            throw DurableFile.failure("read", path, e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw DurableFile.failure("close", path, e);
        }
    }

    private void write(byte[] record) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(record);
        long at = end;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
        if (synced) {
            file.force(false);
        }
    }

    private static byte[] splitOff(Consumer<byte[]> lines, byte[] pending, byte[] chunk, int count) {
        byte[] rest = pending;
        int start = 0;
        for (int i = 0; i < count; i++) {
            if (chunk[i] == '\n') {
                lines.accept(join(rest, chunk, start, i));
                rest = new byte[0];
                start = i + 1;
            }
        }
        return join(rest, chunk, start, count);
    }

    private static byte[] join(byte[] first, byte[] chunk, int from, int to) {
        byte[] line = Arrays.copyOf(first, first.length + to - from);
        System.arraycopy(chunk, from, line, first.length, to - from);
        return line;
    }

    private long endOfLastLine() throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long to = file.size(); to > 0; ) {
            long from = Math.max(0, to - CHUNK);
            chunk.clear().limit((int) (to - from));
            while (chunk.hasRemaining() && file.read(chunk, from + chunk.position()) > 0) {}
            for (int i = chunk.position() - 1; i >= 0; i--) {
                if (chunk.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            to = from;
        }
        return 0;
    }
}
