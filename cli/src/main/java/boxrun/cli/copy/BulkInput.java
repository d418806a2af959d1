package boxrun.cli.copy;

import java.io.IOException;
import java.io.InputStream;

/** A stream that knows how to read many bytes at once; a single one is a few. */
abstract class BulkInput extends InputStream {
    @Override
    public final int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}
