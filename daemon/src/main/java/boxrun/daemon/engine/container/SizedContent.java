package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.FileSink;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What {@link FileScript#READ} writes: the size in a line, and the content. A file that grows meanwhile is cut to the
 * size that it had, one that shrinks is an error.
 */
final class SizedContent extends OutputStream {
    private static final int MAX_DIGITS = 18;

    private final FileSink sink;
    private final StringBuilder digits = new StringBuilder();
    private @Nullable OutputStream target;
    private OptionalLong size = OptionalLong.empty();
    private long count;

    SizedContent(FileSink sink) {
        this.sink = sink;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] data, int from, int length) throws IOException {
        int at = from;
        while (target == null && at < from + length) {
            sizeLine(data[at++]);
        }
        int wanted = from + length - at;
        if (size.isPresent()) {
            wanted = (int) Math.min(wanted, size.getAsLong() - count);
        }
        OutputStream open = target;
        if (open != null && wanted > 0) {
            open.write(data, at, wanted);
            count += wanted;
        }
    }

    private void sizeLine(byte next) throws IOException {
        if (next >= '0' && next <= '9' && digits.length() < MAX_DIGITS) {
            digits.append((char) next);
        } else if (next == '\n' && !digits.isEmpty()) {
            long told = Long.parseLong(digits.toString());
            // Files that the kernel makes up have no size, but content.
            size = told == 0 ? OptionalLong.empty() : OptionalLong.of(told);
            target = sink.begin(size);
        } else {
            throw new IOException("the box told no size of the file");
        }
    }

    /** Fails when less has come than was announced. */
    void requireAll(String path) {
        if (target == null || count < size.orElse(0)) {
            throw new ProblemException(
                    ErrorCode.RUNTIME_ERROR, "cannot read " + path + ": it became shorter meanwhile");
        }
    }
}
