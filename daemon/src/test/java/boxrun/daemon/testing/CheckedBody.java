package boxrun.daemon.testing;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Shows a body to somebody as it is read: events one by one, everything else at its end. */
final class CheckedBody extends FilterInputStream {
    /** More of a flood of output would only cost time: what is checked is the form of the events. */
    private static final long ENOUGH = 16 << 20;

    private static final int SMALL = 4 << 10;

    private final Consumer<byte[]> check;
    private final boolean events;
    private final boolean bytes;
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private long checked;
    private boolean newLine;
    private boolean over;

    CheckedBody(InputStream body, String contentType, Consumer<byte[]> check) {
        super(body);
        this.check = check;
        this.events = contentType.startsWith(ApiDocument.EVENTS_TYPE);
        this.bytes = !events && !contentType.startsWith(ApiDocument.JSON_TYPE);
        if (events || bytes) {
            check.accept(new byte[0]);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
        int count = super.read(buffer, from, length);
        if (events && count > 0) {
            takeEvents(buffer, from, count);
        } else if (!bytes && !events && count > 0) {
            part.write(buffer, from, count);
        } else if (count < 0 && !over) {
            over = true;
            if (!bytes) {
                check.accept(part.toByteArray());
            }
        }
        return count;
    }

    private void takeEvents(byte[] buffer, int from, int count) {
        int begin = from;
        for (int at = from; at < from + count; at++) {
            if (buffer[at] != '\n') {
                newLine = false;
            } else if (newLine) {
                part.write(buffer, begin, at + 1 - begin);
                begin = at + 1;
                newLine = false;
                checkEvent();
            } else {
                newLine = true;
            }
        }
        part.write(buffer, begin, from + count - begin);
    }

    private void checkEvent() {
        if (part.size() < SMALL || checked < ENOUGH) {
            checked += part.size();
            check.accept(part.toByteArray());
        }
        part.reset();
    }
}
