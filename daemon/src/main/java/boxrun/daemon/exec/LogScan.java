package boxrun.daemon.exec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.function.Consumer;

/** Goes through the whole records of a log file, from the first to the one before the first that is torn. */
final class LogScan {
    private static final int CHUNK = 64 * 1024;

    private final FileChannel file;
    private final long size;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).limit(0);
    private long chunkStart;

    /**
     * A record.
     *
     * @param payload of a held character, a time or the end; left empty for output. Never compared
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Found(LogFormat.Kind kind, long position, int length, byte[] payload) {}

    private LogScan(FileChannel file) throws IOException {
        this.file = file;
        this.size = file.size();
    }

    static void forEach(FileChannel file, Consumer<Found> records) throws IOException {
        LogScan scan = new LogScan(file);
        Optional<Found> found = scan.at(0);
        while (found.isPresent()) {
            Found record = found.get();
            records.accept(record);
            found = scan.at(record.position() + LogFormat.HEADER + record.length());
        }
    }

    private Optional<Found> at(long position) throws IOException {
        if (position + LogFormat.HEADER > size) {
            return Optional.empty();
        }
        Optional<LogFormat.Header> header = LogFormat.header(ByteBuffer.wrap(bytes(position, LogFormat.HEADER)));
        if (header.isEmpty() || position + LogFormat.HEADER + header.get().length() > size) {
            return Optional.empty();
        }
        LogFormat.Kind kind = header.get().kind();
        int length = header.get().length();
        boolean wanted = kind == LogFormat.Kind.EXIT || !kind.isEvent();
        return Optional.of(
                new Found(kind, position, length, wanted ? bytes(position + LogFormat.HEADER, length) : new byte[0]));
    }

    private byte[] bytes(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        if (position < chunkStart || position + length > chunkStart + chunk.limit()) {
            ByteBuffer target = length > CHUNK ? ByteBuffer.wrap(bytes) : chunk.clear();
            chunkStart = position;
            while (target.hasRemaining() && file.read(target, position + target.position()) > 0) {}
            if (length > CHUNK) {
                chunk.limit(0);
                return bytes;
            }
            chunk.flip();
        }
        chunk.get((int) (position - chunkStart), bytes);
        return bytes;
    }
}
