package boxrun.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The head of an answer, and its body as a stream that is read while it arrives. */
public final class HttpResponse implements AutoCloseable {
    private static final int MAX_LINE = 16 << 10;
    private static final int MAX_HEADERS = 128;
    private static final int MAX_INTERIM = 8;

    private final int status;
    private final Map<String, String> headers;
    private final InputStream body;
    private final Connection connection;
    private Runnable onClose = () -> {};

    private HttpResponse(int status, Map<String, String> headers, InputStream body, Connection connection) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.connection = connection;
    }

    static HttpResponse read(Connection connection, String method) throws IOException {
        ChannelInput input = connection.input();
        for (int interim = 0; interim <= MAX_INTERIM; interim++) {
            int status = statusLine(input.line(MAX_LINE, "the status line"));
            Map<String, String> headers = headers(input);
            if (status >= 200 || status == 101) {
                InputStream body = method.equals("HEAD") || status == 204 || status == 304 || status == 101
                        ? InputStream.nullInputStream()
                        : body(input, headers);
                return new HttpResponse(status, headers, body, connection);
            }
        }
        throw new HttpProtocolException("more than " + MAX_INTERIM + " interim answers");
    }

    private static int statusLine(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-9][0-9][0-9]( .*)?")) {
            throw new HttpProtocolException("the answer is not HTTP/1.1: " + brief(line));
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private static Map<String, String> headers(ChannelInput input) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        int count = 0;
        for (String line = input.line(MAX_LINE, "a header"); !line.isEmpty(); line = input.line(MAX_LINE, "a header")) {
            if (++count > MAX_HEADERS) {
                throw new HttpProtocolException("more than " + MAX_HEADERS + " headers");
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || !line.substring(0, colon).matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                throw new HttpProtocolException("not a header: " + brief(line));
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            String before = headers.putIfAbsent(name, value);
            if (before != null) {
                if (name.equals("content-length") && !before.equals(value)) {
                    throw new HttpProtocolException("two different lengths");
                }
                headers.put(name, name.equals("content-length") ? value : before + ", " + value);
            }
        }
        return headers;
    }

    private static InputStream body(ChannelInput input, Map<String, String> headers) throws IOException {
        String coding = headers.get("transfer-encoding");
        String length = headers.get("content-length");
        if (coding != null && length != null) {
            throw new HttpProtocolException("both a length and chunks");
        }
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked")) {
                throw new HttpProtocolException("unknown transfer encoding: " + brief(coding));
            }
            return new ChunkedBody(input);
        }
        if (length != null) {
            if (!length.matches("[0-9]{1,18}")) {
                throw new HttpProtocolException("not a length: " + brief(length));
            }
            return new SizedBody(input, Long.parseLong(length));
        }
        return input;
    }

    private static String brief(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() > 60 ? printable.substring(0, 60) + "..." : printable;
    }

    HttpResponse whenClosed(Runnable action) {
        onClose = action;
        return this;
    }

    public int status() {
        return status;
    }

    /** The value of a header, several of one name joined by commas. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** A body that ends before it is complete throws an {@link IOException}; closing it closes nothing else. */
    public InputStream body() {
        return body;
    }

    /** Ends the exchange, whether or not the body has been read, from any thread. */
    @Override
    public void close() {
        onClose.run();
        connection.close();
    }
}
