package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.http.CommandSocket.Conversation;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may use the API over TCP: nobody without the token, where there is one, and no web page in a browser of this
 * machine, which could otherwise send requests to it.
 */
final class Gate {
    private static final int FORBIDDEN = 403;
    private static final String SCHEME = "Bearer ";

    private final HostNames hosts;
    private final Optional<String> token;

    Gate(HostNames hosts, Optional<String> token) {
        this.hosts = hosts;
        this.token = token;
    }

    void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        try {
            check(request.query(), request.headers());
        } catch (ProblemException refused) {
            response.header(HeaderValues.CONNECTION_CLOSE);
            if (refused.status() != FORBIDDEN) {
                response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"boxrun\"");
            }
            Answers.failure(request, response, refused);
            // Whatever follows on the connection, a large body for one, is not read.
            throw new CloseConnectionException("the client may not come in", refused);
        }
        chain.proceed();
    }

    /** The same for a WebSocket, whose request does not come through {@link #filter}. */
    Conversation before(Conversation conversation) {
        return new Guarded(conversation);
    }

    private void check(UriQuery query, Headers headers) {
        List<String> host = headers.all(HeaderNames.HOST, List::of);
        if (host.size() != 1 || !hosts.allow(host.getFirst())) {
            throw forbidden("this server is not called " + String.join(", ", host))
                    .hint("use the address that it listens at, or localhost");
        }
        for (String origin : headers.all(HeaderNames.ORIGIN, List::of)) {
            if (!origin.equalsIgnoreCase("http://" + host.getFirst())) {
                throw forbidden("web pages of " + origin + " may not use this server");
            }
        }
        if (token.isPresent() && !offered(query, headers).map(this::isRight).orElse(false)) {
            throw new ProblemException(
                            ErrorCode.UNAUTHORIZED, "the request needs the right token: Authorization: Bearer TOKEN")
                    .hint("'boxrun serve' names the file of the token; the command line takes it from BOXRUN_TOKEN");
        }
    }

    /**
     * Browsers cannot set headers of a WebSocket's request; of other requests, a token in the URL would end in logs.
     */
    private static Optional<String> offered(UriQuery query, Headers headers) {
        Optional<String> header = headers.first(HeaderNames.AUTHORIZATION)
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip());
        boolean upgrade = headers.first(HeaderNames.UPGRADE)
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .equals("websocket");
        return header.isPresent() || !upgrade ? header : query.first("token").asOptional();
    }

    private boolean isRight(String offered) {
        // In constant time: how long it takes must not tell how much of it is right.
        return MessageDigest.isEqual(
                offered.getBytes(UTF_8), token.orElseThrow().getBytes(UTF_8));
    }

    private static ProblemException forbidden(String message) {
        return new ProblemException(ErrorCode.UNAUTHORIZED, message).status(FORBIDDEN);
    }

    private final class Guarded implements Conversation {
        private final Conversation conversation;

        Guarded(Conversation conversation) {
            this.conversation = conversation;
        }

        @Override
        public void check(HttpPrologue prologue, Headers headers) {
            Gate.this.check(prologue.query(), headers);
            conversation.check(prologue, headers);
        }

        @Override
        public boolean beginsWithText() {
            return conversation.beginsWithText();
        }

        @Override
        public boolean startsAnyway() {
            return conversation.startsAnyway();
        }

        @Override
        public BufferData frame(Stream stream, byte[] data) {
            return conversation.frame(stream, data);
        }

        @Override
        public void hold(CommandSocket socket) throws InterruptedException {
            conversation.hold(socket);
        }
    }
}
