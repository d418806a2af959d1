package boxrun.cli.copy;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/**
 * As many bytes of a stream as were announced, also when it goes on; that it ends before is a failure. Closing it
 * leaves the stream open.
 */
final class Exactly extends BulkInput {
    private final InputStream in;
    private final Supplier<? extends IOException> tooShort;
    private long left;

    Exactly(InputStream in, long size, Supplier<? extends IOException> tooShort) {
        this.in = in;
        this.left = size;
        this.tooShort = tooShort;
    }

    /** How many bytes were not read yet. */
    long left() {
        return left;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw tooShort.get();
        }
        left -= count;
        return count;
    }
}
