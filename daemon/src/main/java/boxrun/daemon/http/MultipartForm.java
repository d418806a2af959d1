package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The parts of a {@code multipart/form-data} body (RFC 7578), one after the other, read while they arrive. Whatever is
 * sent costs the memory of one buffer. A form without an end is refused, so that what a client did not send whole is
 * not taken to be whole.
 */
final class MultipartForm {
    private static final int BUFFER = 256 << 10;
    private static final int MAX_BOUNDARY = 200;
    private static final int MAX_HEAD = 16 << 10;
    private static final int MAX_PREAMBLE = 64 << 10;
    private static final int MAX_PARTS = 64;

    private final InputStream body;
    private final ByteSearch delimiter;
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;
    /** Up to here the buffer is known to belong to the current part. */
    private int known;

    private boolean delimiterIsNext;
    private int parts;

    /**
     * One part.
     *
     * @param name of the form's field
     * @param fileName the last name of what the client says, if it says anything that can be a name
     * @param content to be read before the next part is asked for; what is not is skipped
     */
    record Part(String name, Optional<String> fileName, InputStream content) {

        /** The content as text, of a field that has no more than a few words. */
        String text(int limit) throws IOException {
            byte[] bytes = content.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw refusal("the form's field " + name + " is longer than " + limit + " bytes");
            }
            return new String(bytes, UTF_8);
        }
    }

    /** The form in a body of this type. */
    MultipartForm(String contentType, InputStream body) {
        HeaderParameters type = HeaderParameters.of(contentType);
        if (!type.value().equals("multipart/form-data")) {
            throw refusal("the body must be a form (Content-Type: multipart/form-data), not \"" + type.value() + "\"");
        }
        String boundary = type.parameter("boundary").orElse("");
        if (boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
            throw refusal("the form's Content-Type needs a boundary of 1 to " + MAX_BOUNDARY + " characters");
        }
        this.body = body;
        this.delimiter = new ByteSearch(("\r\n--" + boundary).getBytes(ISO_8859_1));
        // The first delimiter may be the first line: it then has no line before it.
        buffer[0] = '\r';
        buffer[1] = '\n';
        end = 2;
    }

    /** The next part; empty after the last one. */
    Optional<Part> next() throws IOException {
        skipContent(parts == 0 ? MAX_PREAMBLE : Long.MAX_VALUE);
        start += delimiter.length();
        known = start;
        delimiterIsNext = false;
        require(2);
        if (buffer[start] == '-' && buffer[start + 1] == '-') {
            return Optional.empty();
        }
        if (!line(MAX_HEAD).isBlank()) {
            throw refusal("the form is damaged: its boundary is followed by something else");
        }
        if (++parts > MAX_PARTS) {
            throw refusal("the form has more than " + MAX_PARTS + " parts");
        }
        HeaderParameters disposition = disposition();
        String name = disposition
                .parameter("name")
                .filter(given -> disposition.value().equals("form-data"))
                .orElseThrow(() -> refusal("a part of the form has no name (Content-Disposition: form-data; name=…)"));
        return Optional.of(
                new Part(name, disposition.parameter("filename").flatMap(MultipartForm::lastName), new Content()));
    }

    private static Optional<String> lastName(String path) {
        String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        boolean usable = !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('\0') < 0;
        return usable ? Optional.of(name) : Optional.empty();
    }

    private HeaderParameters disposition() throws IOException {
        HeaderParameters found = HeaderParameters.of("");
        int room = MAX_HEAD;
        for (String line = line(room); !line.isEmpty(); line = line(room)) {
            room -= line.length() + 2;
            int colon = line.indexOf(':');
            String header = line.substring(0, Math.max(0, colon)).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (header.equals("content-disposition")) {
                found = HeaderParameters.of(value);
            } else if (header.equals("content-transfer-encoding") && !value.matches("(?i)7bit|8bit|binary")) {
                throw refusal("the form's parts must be sent as they are, not with the encoding " + value);
            }
        }
        return found;
    }

    /** A line without its end. */
    private String line(int limit) throws IOException {
        int length = 0;
        for (require(2); buffer[start + length] != '\r' || buffer[start + length + 1] != '\n'; require(length + 2)) {
            if (++length > limit) {
                throw refusal("the headers of a part of the form are longer than " + MAX_HEAD + " bytes");
            }
        }
        String line = new String(buffer, start, length, UTF_8);
        start += length + 2;
        known = start;
        return line;
    }

    private void require(int count) throws IOException {
        while (end - start < count) {
            more();
        }
    }

    private void skipContent(long limit) throws IOException {
        long skipped = 0;
        for (int count = content(); count > 0; count = content()) {
            start += count;
            skipped += count;
            if (skipped > limit) {
                throw refusal("the form does not begin with its boundary");
            }
        }
    }

    /** How many bytes from {@code start} on are of the current part; 0 at its end. */
    private int content() throws IOException {
        while (known == start && !delimiterIsNext) {
            int found = delimiter.in(buffer, start, end);
            if (found >= 0) {
                known = found;
                delimiterIsNext = true;
            } else if (end - start >= delimiter.length()) {
                // The last bytes may be the beginning of a delimiter.
                known = end - delimiter.length() + 1;
            } else {
                more();
            }
        }
        return known - start;
    }

    private void more() throws IOException {
        if (end == buffer.length || start > buffer.length / 2) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            known -= start;
            end -= start;
            start = 0;
        }
        int count = body.read(buffer, end, buffer.length - end);
        if (count < 0) {
            throw refusal("the form is cut off: it has no closing boundary");
        }
        end += count;
    }

    static ProblemException refusal(String message) {
        return Requests.refusal(message).status(400);
    }

    private final class Content extends InputStream {
        private final int part = parts;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (part != parts) {
                throw new IOException("another part of the form is being read");
            }
            int count = Math.min(length, content());
            if (count == 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(buffer, start, into, offset, count);
            start += count;
            return count;
        }
    }
}
