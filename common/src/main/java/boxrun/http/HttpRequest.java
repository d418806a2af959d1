package boxrun.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param target path and query, percent-encoded
 * @param answerWithin how long the server may take from the last byte of the request to the head of the answer; zero
 *     means as long as it likes
 */
public record HttpRequest(
        String method,
        String target,
        Map<String, String> headers,
        @Nullable RequestBody body,
        Duration answerWithin) {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern TARGET = Pattern.compile("/[!-~]*");
    private static final Pattern VALUE = Pattern.compile("[\\t -~\\x80-\\xff]*");

    public HttpRequest {
        headers = Map.copyOf(headers);
        require(TOKEN, method, "method");
        require(TARGET, target, "target");
        headers.forEach((name, value) -> {
            require(TOKEN, name, "header name");
            require(VALUE, value, "value of the header " + name);
        });
    }

    private static void require(Pattern form, String text, String what) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException("not a " + what + " of HTTP: " + text);
        }
    }

    /** A request without a body and without a deadline. */
    public static HttpRequest of(String method, String target) {
        return new HttpRequest(method, target, Map.of(), null, Duration.ZERO);
    }

    public HttpRequest header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpRequest(method, target, more, body, answerWithin);
    }

    public HttpRequest with(RequestBody content) {
        return new HttpRequest(method, target, headers, content, answerWithin);
    }

    public HttpRequest within(Duration limit) {
        return new HttpRequest(method, target, headers, body, limit);
    }

    Optional<RequestBody> content() {
        return Optional.ofNullable(body);
    }
}
