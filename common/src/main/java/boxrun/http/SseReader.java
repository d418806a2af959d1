package boxrun.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads server-sent events as the WHATWG HTML standard, section 9.2.6, says: lines end with CR, LF or both; an empty
 * line ends an event; comments, unknown fields and an event without data are skipped; an event that the end of the
 * stream cuts off is dropped.
 */
public final class SseReader {
    private static final int BUFFER_BYTES = 16 << 10;

    private final InputStream stream;
    private final int maxBytes;
    private String lastId = "";
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;

    /** @param maxBytes that one event may have */
    public SseReader(InputStream stream, int maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /** The next event, as soon as it is complete; empty at the end of the stream. */
    public Optional<SseEvent> next() throws IOException {
        String type = "";
        String id = lastId;
        StringBuilder data = new StringBuilder();
        for (Optional<String> line = line(); line.isPresent(); line = line()) {
            String text = line.get();
            if (text.isEmpty()) {
                lastId = id;
                if (!data.isEmpty()) {
                    data.setLength(data.length() - 1);
                    return Optional.of(new SseEvent(type.isEmpty() ? "message" : type, data.toString(), lastId));
                }
                type = "";
                continue;
            }
            int colon = text.indexOf(':');
            String field = colon < 0 ? text : text.substring(0, colon);
            String value = colon < 0 ? "" : text.substring(text.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
            switch (field) {
                case "event" -> type = value;
                case "data" -> append(data, value);
                case "id" -> id = value.indexOf('\0') < 0 ? value : id;
                default -> {
                    // A comment, "retry", or a field of the future.
                }
            }
        }
        return Optional.empty();
    }

    private void append(StringBuilder data, String value) throws IOException {
        if (data.length() + value.length() >= maxBytes) {
            throw tooLarge();
        }
        data.append(value).append('\n');
    }

    private Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (position == limit) {
                position = 0;
                limit = stream.read(buffer);
                if (limit < 0) {
                    limit = 0;
                    return Optional.empty();
                }
                continue;
            }
            byte next = buffer[position++];
            if (next == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
                continue;
            }
            afterCarriageReturn = next == '\r';
            if (next == '\n' || next == '\r') {
                String text = line.toString(StandardCharsets.UTF_8);
                boolean marked = firstLine && text.startsWith("\uFEFF");
                firstLine = false;
                return Optional.of(marked ? text.substring(1) : text);
            }
            if (line.size() == maxBytes) {
                throw tooLarge();
            }
            line.write(next);
        }
    }

    private HttpProtocolException tooLarge() {
        return new HttpProtocolException("an event is larger than " + maxBytes + " bytes");
    }
}
