package boxrun.daemon.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * Writes the records that the launcher's {@code unpack} reads; the format is told in unpack.c. Paths and attributes
 * hold one byte per character (ISO 8859-1), because file names of Linux are bytes.
 */
final class UnpackRecords {

    /** The kinds of records, as unpack.h names them. */
    enum Kind {
        DIRECTORY('d'),
        IMPLIED('i'),
        FILE('f'),
        SYMLINK('l'),
        LINK('h'),
        FIFO('p'),
        WHITEOUT('w'),
        OPAQUE('o'),
        TIMES('t'),
        END('e');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /** Who a file belongs to, what may be done with it, and when it was changed. */
    record Metadata(int mode, long uid, long gid, FileTime time, Map<String, String> attributes) {
        static final Metadata ABSENT = new Metadata(0755, 0, 0, FileTime.fromMillis(0), Map.of());
    }

    private static final int HEADER = 45;
    private static final int BUFFER = 256 * 1024;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int filled;

    UnpackRecords(OutputStream out) {
        this.out = out;
    }

    void entry(Kind kind, String path, Metadata metadata) throws IOException {
        write(kind, path, "", metadata, 0);
    }

    /** A symbolic or hard link. */
    void link(Kind kind, String path, String target, Metadata metadata) throws IOException {
        write(kind, path, target, metadata, 0);
    }

    /** A file with {@code size} bytes of content. */
    void file(String path, Metadata metadata, long size, InputStream content) throws IOException {
        write(Kind.FILE, path, "", metadata, size);
        for (long left = size; left > 0; ) {
            if (filled == BUFFER) {
                flush();
            }
            int count = content.read(buffer, filled, (int) Math.min(BUFFER - filled, left));
            if (count < 0) {
                throw LayerException.damaged("it ends in the middle of a file");
            }
            filled += count;
            left -= count;
        }
    }

    /** Says that nothing follows. */
    void end() throws IOException {
        write(Kind.END, "", "", Metadata.ABSENT, 0);
        flush();
    }

    private void write(Kind kind, String path, String target, Metadata metadata, long size) throws IOException {
        byte[] attributes = attributes(metadata.attributes());
        ByteBuffer record = ByteBuffer.allocate(HEADER + path.length() + target.length() + attributes.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        Instant time = metadata.time().toInstant();
        record.put((byte) kind.letter)
                .putInt(metadata.mode())
                .putInt((int) metadata.uid())
                .putInt((int) metadata.gid())
                .putLong(time.getEpochSecond())
                .putInt(time.getNano())
                .putInt(path.length())
                .putInt(target.length())
                .putInt(attributes.length)
                .putLong(size)
                .put(bytes(path))
                .put(bytes(target))
                .put(attributes);
        if (record.capacity() > BUFFER - filled) {
            flush();
        }
        if (record.capacity() > BUFFER) {
            send(record.array(), record.capacity());
        } else {
            System.arraycopy(record.array(), 0, buffer, filled, record.capacity());
            filled += record.capacity();
        }
    }

    private static byte[] attributes(Map<String, String> attributes) {
        int size = 0;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            size += 8 + attribute.getKey().length() + attribute.getValue().length();
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        attributes.forEach((name, value) -> bytes.putInt(name.length())
                .putInt(value.length())
                .put(bytes(name))
                .put(bytes(value)));
        return bytes.array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void flush() throws IOException {
        send(buffer, filled);
        filled = 0;
    }

    private void send(byte[] bytes, int count) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        try {
            out.write(bytes, 0, count);
            out.flush();
        } catch (IOException e) {
            throw new ReceiverGone(e);
        }
    }

    /** The launcher does not read any more: it has failed and says why. */
    static final class ReceiverGone extends IOException {
        private static final long serialVersionUID = 1L;

        ReceiverGone(IOException cause) {
            super(cause);
        }
    }
}
