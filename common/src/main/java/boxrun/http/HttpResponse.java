package boxrun.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The head of an answer, and its body as a stream that is read while it arrives. */
public final class HttpResponse implements AutoCloseable {
    private static final int MAX_LINE = 16 << 10;
    private static final int MAX_HEADERS = 128;
    private static final int MAX_INTERIM = 8;

    private final int status;
    private final Map<String, List<String>> headers;
    private InputStream body;
    private final Connection connection;
    private Runnable onClose = () -> {};

    private HttpResponse(int status, Map<String, List<String>> headers, InputStream body, Connection connection) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.connection = connection;
    }

    static HttpResponse read(Connection connection, String method) throws IOException {
        ChannelInput input = connection.input();
        for (int interim = 0; interim <= MAX_INTERIM; interim++) {
            int status = statusLine(input.line(MAX_LINE, "the status line"));
            Map<String, List<String>> headers = headers(input);
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

    private static Map<String, List<String>> headers(ChannelInput input) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
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
            List<String> values = headers.computeIfAbsent(name, unseen -> new ArrayList<>());
            if (!name.equals("content-length") || values.isEmpty()) {
                values.add(value);
            } else if (!values.contains(value)) {
                throw new HttpProtocolException("two different lengths");
            }
        }
        return headers;
    }

    private static InputStream body(ChannelInput input, Map<String, List<String>> headers) throws IOException {
        String coding = joined(headers, "transfer-encoding").orElse(null);
        String length = joined(headers, "content-length").orElse(null);
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

    /** Lets somebody look at the body as it is read. */
    public HttpResponse through(UnaryOperator<InputStream> lens) {
        body = lens.apply(body);
        return this;
    }

    public int status() {
        return status;
    }

    /** The value of a header, several of one name joined by commas. */
    public Optional<String> header(String name) {
        return joined(headers, name.toLowerCase(Locale.ROOT));
    }

    /** The values of a header that may come several times, in order. */
    public List<String> headers(String name) {
        return List.copyOf(headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    private static Optional<String> joined(Map<String, List<String>> headers, String name) {
        return Optional.ofNullable(headers.get(name)).map(values -> String.join(", ", values));
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
