package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The last output of a terminal, in a file of a bounded size that is written in circles: how much there was in all, and
 * then the end of it. What {@link #add} has returned from is there after a crash of the daemon.
 */
final class Screen {
    /** Some screens full of text, and enough to draw the largest again. */
    static final int SIZE = 256 << 10;

    private static final System.Logger LOG = System.getLogger(Screen.class.getName());

    private static final int HEAD = Long.BYTES;

    private final Path path;
    private final FileChannel file;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD);
    private long total;

    private Screen(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /** The screen in a file, which is made when there is none. */
    static Screen open(Path path) {
        try {
            Screen screen = new Screen(
                    path,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            if (screen.file.read(screen.head, 0) == HEAD) {
                screen.total = Math.max(0, screen.head.getLong(0));
            }
            return screen;
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot keep the screen " + path + ": " + e).because(e);
        }
    }

    /** How many bytes of output it has been told of. */
    synchronized long total() {
        return total;
    }

    /** Adds output; {@code offset} is its position, and what is known already is left out. */
    synchronized void add(long offset, byte[] data) {
        int known = (int) Math.max(0, Math.min(data.length, total - offset));
        int from = Math.max(known, data.length - SIZE);
        long end = offset + data.length;
        try {
            for (int at = from; at < data.length; ) {
                int place = (int) ((offset + at) % SIZE);
                int count = Math.min(data.length - at, SIZE - place);
                write(ByteBuffer.wrap(data, at, count), (long) HEAD + place);
                at += count;
            }
            total = Math.max(total, end);
            write(head.clear().putLong(total).flip(), 0);
        } catch (IOException e) {
            // On a full disk a terminal goes on: to come back to it shows less.
            total = Math.max(total, end);
            LOG.log(Level.DEBUG, "cannot keep the screen " + path, e);
        }
    }

    private void write(ByteBuffer bytes, long position) throws IOException {
        for (long at = position; bytes.hasRemaining(); ) {
            at += file.write(bytes, at);
        }
    }

    /** The end of the output, at most {@link #SIZE} bytes. */
    synchronized byte[] recent() {
        int size = (int) Math.min(total, SIZE);
        byte[] recent = new byte[size];
        try {
            for (int at = 0; at < size; ) {
                int place = (int) ((total - size + at) % SIZE);
                int count = Math.min(size - at, SIZE - place);
                if (file.read(ByteBuffer.wrap(recent, at, count), (long) HEAD + place) < count) {
                    return new byte[0];
                }
                at += count;
            }
            return recent;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read the screen " + path, e);
            return new byte[0];
        }
    }

    synchronized void delete() {
        try {
            file.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot remove the screen " + path, e);
        }
    }
}
