package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import boxrun.api.Problem;
import boxrun.api.ProblemException;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON answers, and the one place where a failure becomes an answer. */
final class Answers {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());
    private static final HeaderName HINT = HeaderNames.create("Boxrun-Hint");
    private static final HeaderName WARNING = HeaderNames.create("Boxrun-Warning");

    private Answers() {}

    static void json(ServerResponse response, Object value) {
        response.header(HeaderValues.CONTENT_TYPE_JSON).send(Json.WIRE.bytes(value));
    }

    /** Tells the client what it should know although it gets what it asked for. */
    static void warn(ServerResponse response, List<String> warnings) {
        if (!warnings.isEmpty()) {
            response.headers()
                    .set(HeaderValues.create(
                            WARNING, warnings.stream().map(Answers::headerText).toList()));
        }
    }

    static void created(ServerResponse response, Object value) {
        json(response.status(Status.CREATED_201), value);
    }

    /**
     * Closes the connection after an answer that says so, or was asked to, and of a request that does not come to its
     * end; the web server would wait for the client.
     */
    static void hangUp(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (RequestBody.isChunked(request)) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        chain.proceed();
        boolean over = ConnectionInput.isTaken() || RequestBody.skipRest(request);
        if (!over
                || response.headers().contains(HeaderValues.CONNECTION_CLOSE)
                || request.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("the answer was the last one");
        }
    }

    /** Turns any failure of a handler into an answer with a JSON body. */
    static void failure(ServerRequest request, ServerResponse response, Throwable failure) {
        if (failure instanceof CloseConnectionException gone) {
            throw gone;
        }
        if (isClientGone(failure)) {
            throw new CloseConnectionException("the client went away", failure);
        }
        if (response.isSent()) {
            // Half an answer must not look whole.
            throw new CloseConnectionException("cannot go on with the answer", failure);
        }
        ProblemException problem = problem(
                failure, request.prologue().method() + " " + request.path().path());
        response.status(Status.create(problem.status()));
        if (failure instanceof RequestBody.DamagedException) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        problem.hint().ifPresent(hint -> response.header(HINT, headerText(hint)));
        json(response, new Problem(problem.code(), problem.message()));
    }

    /** Whether it failed because nobody is there any more who sends or takes something. */
    static boolean isClientGone(Throwable failure) {
        return failure instanceof ServerConnectionException || failure instanceof InsufficientDataAvailableException;
    }

    /** A failure in words for clients; what they cannot know the reason of is logged as {@code what}. */
    static ProblemException problem(Throwable failure, String what) {
        ProblemException problem =
                switch (failure) {
                    case ProblemException known -> known;
                    case RequestBody.DamagedException damaged -> damaged.problem();
                    case MalformedJsonException malformed ->
                        new ProblemException(ErrorCode.VALIDATION_ERROR, malformed.message());
                    default ->
                        new ProblemException(ErrorCode.RUNTIME_ERROR, "an error in the daemon: " + failure)
                                .because(failure);
                };
        if (problem.code() == ErrorCode.RUNTIME_ERROR) {
            LOG.log(Level.ERROR, what + ": " + problem.message(), failure);
        }
        return problem;
    }

    /** A header has one line of printable ASCII. */
    private static String headerText(String text) {
        StringBuilder header = new StringBuilder(text.length());
        text.chars().forEach(c -> header.append(c < ' ' || c > '~' ? '?' : (char) c));
        return header.toString();
    }

    /** The body of an answer to what never became a request. */
    static byte[] rejection(Status status, @Nullable String reason) {
        String message = "the request was refused: " + (reason == null ? status.reasonPhrase() : reason);
        return Json.WIRE.bytes(new Problem(ErrorCode.VALIDATION_ERROR, message));
    }
}
