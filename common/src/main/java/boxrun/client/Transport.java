package boxrun.client;

import boxrun.api.ErrorCode;
import boxrun.api.Problem;
import boxrun.api.ProblemException;
import boxrun.http.Address;
import boxrun.http.HttpClient;
import boxrun.http.HttpExchange;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.RequestBody;
import boxrun.http.UnreachableException;
import boxrun.http.UpgradeRefusedException;
import boxrun.http.WebSocket;
import boxrun.json.MalformedJsonException;
import boxrun.json.Quick;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests with the token, answers with their errors turned back into exceptions. */
final class Transport {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration UPGRADE_WITHIN = Duration.ofSeconds(30);
    private static final int MAX_PROBLEM_BYTES = 256 << 10;

    private final HttpExchange http;
    private final @Nullable String token;

    Transport(Address address, @Nullable String token) {
        this(new HttpClient(address, CONNECT_WITHIN), token);
    }

    Transport(HttpExchange http, @Nullable String token) {
        this.http = http;
        this.token = token;
    }

    /** The same, which tells a line about each request when its answer has begun. */
    Transport reporting(Consumer<String> told) {
        return new Transport(new ReportedExchange(http, told), token);
    }

    Address address() {
        return http.address();
    }

    static RequestBody json(Object content) {
        return RequestBody.of("application/json", Quick.bytes(content));
    }

    /** Percent-encodes a part of a path, or a value of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Sends a request and reads its answer as a whole. */
    byte[] bytes(HttpRequest request) {
        try (HttpResponse answer = open(request)) {
            return answer.body().readAllBytes();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    <T> T ask(HttpRequest request, Class<T> type) {
        return ask(request, type, warning -> {});
    }

    /** Sends a request whose answer may come with warnings, one sentence each. */
    <T> T ask(HttpRequest request, Class<T> type, Consumer<String> warned) {
        byte[] text;
        try (HttpResponse answer = open(request)) {
            warnings(answer).forEach(warned);
            text = answer.body().readAllBytes();
        } catch (IOException e) {
            throw lost(e);
        }
        try {
            return Quick.decode(text, type);
        } catch (MalformedJsonException e) {
            throw incomprehensible(request, e);
        }
    }

    <T> List<T> list(HttpRequest request, Class<T> type) {
        byte[] text = bytes(request);
        try {
            return Quick.decodeList(text, type);
        } catch (MalformedJsonException e) {
            throw incomprehensible(request, e);
        }
    }

    private ProblemException incomprehensible(HttpRequest request, MalformedJsonException reason) {
        return incomprehensible("the answer to " + request.method() + " " + request.target(), reason);
    }

    ProblemException incomprehensible(String what, MalformedJsonException reason) {
        return new ProblemException(
                        ErrorCode.RUNTIME_ERROR, what + " of " + address() + " makes no sense: " + reason.message())
                .because(reason);
    }

    static List<String> warnings(HttpResponse answer) {
        return answer.headers("Boxrun-Warning").stream().map(Transport::utf8).toList();
    }

    /** Sends a request whose answer the caller reads, and closes. */
    HttpResponse open(HttpRequest request) {
        HttpResponse answer;
        try {
            answer = http.send(authorized(request));
        } catch (IOException e) {
            throw failed(e);
        }
        if (answer.status() >= 200 && answer.status() < 300) {
            return answer;
        }
        try (answer) {
            throw problem(answer);
        }
    }

    WebSocket upgrade(HttpRequest request) {
        try {
            return http.upgrade(authorized(request).within(UPGRADE_WITHIN));
        } catch (UpgradeRefusedException e) {
            try (HttpResponse answer = e.answer()) {
                throw problem(answer);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private HttpRequest authorized(HttpRequest request) {
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private ProblemException problem(HttpResponse answer) {
        Optional<String> hint = answer.header("Boxrun-Hint").map(Transport::utf8);
        ProblemException problem;
        try {
            Problem body = Quick.decode(answer.body().readNBytes(MAX_PROBLEM_BYTES), Problem.class);
            problem = new ProblemException(body.code(), body.message()).status(answer.status());
        } catch (MalformedJsonException e) {
            problem = new ProblemException(
                            ErrorCode.RUNTIME_ERROR,
                            "what answers at " + address() + " does not look like boxrun: status " + answer.status())
                    .because(e);
        } catch (IOException e) {
            throw lost(e);
        }
        return hint.isPresent() ? problem.hint(hint.get()) : problem;
    }

    /** Header values are read as ISO 8859-1, byte by byte; boxrun's own are UTF-8. */
    private static String utf8(String value) {
        return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private ConnectionException failed(IOException cause) {
        return cause instanceof UnreachableException
                ? new ConnectionException("cannot reach " + address() + ": " + reason(cause), false, cause)
                : lost(cause);
    }

    ConnectionException lost(IOException cause) {
        return new ConnectionException("lost the connection to " + address() + ": " + reason(cause), true, cause);
    }

    private static String reason(IOException cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
