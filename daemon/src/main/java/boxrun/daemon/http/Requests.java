package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.json.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What handlers take from a request. Every refusal names the parameter and what is allowed. */
final class Requests {
    private static final long MAX_JSON = 4L << 20;
    private static final long LONGEST_WAIT_SECONDS = 3600;
    private static final Json JSON = Json.WIRE.maxBytes(MAX_JSON);

    private Requests() {}

    /** The JSON body. */
    static <T> T body(ServerRequest request, Class<T> type) {
        String contentType = request.headers()
                .first(HeaderNames.CONTENT_TYPE)
                .orElse("application/json")
                .toLowerCase(Locale.ROOT);
        if (!contentType.startsWith("application/json")) {
            throw refusal("the body must be JSON (Content-Type: application/json), not " + contentType);
        }
        if (!request.content().hasEntity()) {
            throw refusal("the request needs a JSON body");
        }
        return JSON.decode(RequestBody.of(request), type);
    }

    /** The JSON body, or what an empty object means when there is none. */
    static <T> T optionalBody(ServerRequest request, Class<T> type) {
        return request.content().hasEntity() ? body(request, type) : JSON.decode("{}", type);
    }

    static String path(ServerRequest request, String name) {
        return request.path().pathParameters().get(name);
    }

    static Optional<String> query(ServerRequest request, String name) {
        return request.query().first(name).asOptional();
    }

    static boolean flag(ServerRequest request, String name) {
        return flag(request, name, false);
    }

    static boolean flag(ServerRequest request, String name, boolean usual) {
        String value = query(request, name).orElse(Boolean.toString(usual));
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "" -> true;
            case "false", "0" -> false;
            default -> throw refusal(name + " must be true or false, not \"" + value + "\"");
        };
    }

    /** A whole number that is not negative. */
    static Optional<Long> number(ServerRequest request, String name) {
        return query(request, name).map(value -> number(name, value));
    }

    static long number(String name, String value) {
        if (value.matches("[0-9]{1,18}")) {
            return Long.parseLong(value);
        }
        throw refusal(name + " must be a whole number of at least 0, not \"" + value + "\"");
    }

    /** How long an answer may wait for what it is about: the seconds of {@code wait}, if it may wait at all. */
    static Optional<Duration> wait(ServerRequest request) {
        return number(request, "wait").map(seconds -> Duration.ofSeconds(Math.min(seconds, LONGEST_WAIT_SECONDS)));
    }

    /** After which event the client wants to go on, if it says so. */
    static Optional<Long> after(ServerRequest request) {
        return number(request, "after")
                .or(() -> request.headers()
                        .first(HeaderNames.create("Last-Event-ID"))
                        .map(value -> number("Last-Event-ID", value)));
    }

    static boolean wantsEvents(ServerRequest request) {
        return request.headers().first(HeaderNames.ACCEPT).orElse("").contains("text/event-stream");
    }

    static ProblemException refusal(String message) {
        return new ProblemException(ErrorCode.VALIDATION_ERROR, message);
    }
}
