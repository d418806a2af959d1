package boxrun.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body of an announced length. */
final class SizedBody extends InputStream {
    private final ChannelInput input;
    private long left;

    SizedBody(ChannelInput input, long length) {
        this.input = input;
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = input.read(into, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the answer was cut off " + left + " bytes before its end");
        }
        left -= count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(left, input.available());
    }
}
