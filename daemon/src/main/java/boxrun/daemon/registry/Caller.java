package boxrun.daemon.registry;

import boxrun.daemon.registry.BlobSink.SinkException;
import boxrun.daemon.registry.RegistryException.Kind;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/**
 * Performs an {@link Action} at one endpoint. In order: ask, with the authorization that worked last; when the answer
 * is 401, authenticate as the challenge says and ask again; follow redirects, without the authorization when they lead
 * to another host; when the server is busy or the connection breaks, wait and try again.
 */
final class Caller {
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_ERROR = 64 * 1024;
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final HttpClients clients;
    private final RegistrySettings.Patience patience;
    private final Credentials credentials;
    private final Tokens tokens;
    private final Map<String, String> authorizations = new ConcurrentHashMap<>();

    Caller(HttpClients clients, RegistrySettings.Patience patience, Credentials credentials, Tokens tokens) {
        this.clients = clients;
        this.patience = patience;
        this.credentials = credentials;
        this.tokens = tokens;
    }

    /** Thrown inside for what may go better in a moment. */
    private static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;
        private final Duration wait;

        BusyException(String message, Duration wait) {
            super(message);
            this.wait = wait;
        }
    }

    /**
     * @throws RegistryException when the endpoint does not give it
     * @throws SinkException when what it gives cannot be kept
     */
    <T> T call(Endpoint endpoint, String repository, Action<T> action) throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            long before = action.progress();
            try {
                return authenticated(endpoint, repository, action);
            } catch (RegistryException | SinkException e) {
                throw e;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException();
                }
                failures = action.progress() > before ? 1 : failures + 1;
                if (failures > patience.retries() || isFinal(endpoint, e)) {
                    throw explained(e);
                }
                Thread.sleep(wait(failures, e));
            }
        }
    }

    private Duration wait(int failures, IOException e) {
        Duration backoff = patience.backoff().multipliedBy(1L << Math.min(failures - 1, 6));
        Duration asked = e instanceof BusyException busy ? busy.wait : Duration.ZERO;
        Duration wait = asked.compareTo(backoff) > 0 ? asked : backoff;
        return wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
    }

    /** What will be no different in a second. A server without TLS may meet its handshake with silence. */
    private static boolean isFinal(Endpoint endpoint, IOException e) {
        boolean silence = e instanceof HttpTimeoutException && endpoint.lax() && !endpoint.plain();
        return e instanceof ConnectException || e instanceof SSLException || silence;
    }

    private static RegistryException explained(IOException e) {
        if (e instanceof SSLException) {
            return new RegistryException(Kind.UNTRUSTED, "no trusted TLS connection: " + reason(e), e);
        }
        if (isUnknownHost(e)) {
            return new RegistryException(Kind.UNREACHABLE, "there is no host of that name", e);
        }
        if (e instanceof HttpConnectTimeoutException) {
            return new RegistryException(Kind.UNREACHABLE, "no connection in time", e);
        }
        if (e instanceof ConnectException) {
            return new RegistryException(Kind.UNREACHABLE, "the connection was refused", e);
        }
        if (e instanceof HttpTimeoutException) {
            return new RegistryException(Kind.UNREACHABLE, "it did not answer in time", e);
        }
        return new RegistryException(e instanceof BusyException ? Kind.FAILED : Kind.UNREACHABLE, reason(e), e);
    }

    /** The client wraps it, more than once. */
    private static boolean isUnknownHost(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private <T> T authenticated(Endpoint endpoint, String repository, Action<T> action)
            throws IOException, InterruptedException {
        String key = endpoint + " " + repository;
        String known = authorizations.getOrDefault(key, "");
        Answer<T> first = ask(endpoint, action, known);
        if (first.value().isPresent()) {
            return first.value().get();
        }
        String authorization = authorize(endpoint, repository, first.challenges(), !known.isEmpty());
        Answer<T> second = ask(endpoint, action, authorization);
        if (second.value().isPresent()) {
            authorizations.put(key, authorization);
            return second.value().get();
        }
        authorizations.remove(key);
        throw new RegistryException(Kind.DENIED, "it refuses the credentials kept for " + endpoint.authority());
    }

    private String authorize(Endpoint endpoint, String repository, List<Challenge> challenges, boolean fresh)
            throws IOException, InterruptedException {
        Optional<Credential> who = credentials.find(endpoint.authority());
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                return "Bearer " + tokens.get(clients.of(endpoint), challenge, endpoint, repository, who, fresh);
            }
            if (challenge.scheme().equals("basic")) {
                if (who.isPresent() && who.get() instanceof Credential.Password password) {
                    return password.basic();
                }
                throw new RegistryException(
                        Kind.DENIED, "it wants a password, and none is kept for " + endpoint.authority());
            }
        }
        throw new RegistryException(Kind.DENIED, "it answered 401 and named no way to authenticate that boxrun knows");
    }

    /** A value, or challenges. */
    private record Answer<T>(Optional<T> value, List<Challenge> challenges) {}

    private <T> Answer<T> ask(Endpoint endpoint, Action<T> action, String authorization)
            throws IOException, InterruptedException {
        URI address = action.address(endpoint);
        String allowed = authorization;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(address).timeout(patience.answer()).header("User-Agent", "boxrun");
            action.prepare(request);
            if (!allowed.isEmpty()) {
                request.header("Authorization", allowed);
            }
            HttpResponse<InputStream> response =
                    clients.of(endpoint).send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (Body body = new Body(response.body(), patience.stall())) {
                int status = response.statusCode();
                if (status >= 200 && status < 300) {
                    return new Answer<>(Optional.of(action.accept(response, body)), List.of());
                }
                if (status == 401 && redirects == 0) {
                    return new Answer<>(
                            Optional.empty(), Challenge.parse(response.headers().allValues("WWW-Authenticate")));
                }
                if (!isRedirect(status)) {
                    throw refused(status, response, body);
                }
                URI target = target(endpoint, address, response);
                if (!sameOrigin(address, target)) {
                    allowed = "";
                }
                address = target;
            }
        }
        throw new RegistryException(Kind.FAILED, "it redirected more than " + MAX_REDIRECTS + " times");
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static URI target(Endpoint endpoint, URI address, HttpResponse<?> response) throws RegistryException {
        String location = response.headers().firstValue("Location").orElse("");
        try {
            URI target = address.resolve(location);
            boolean plain = "http".equals(target.getScheme());
            if (target.getHost() != null && (plain || "https".equals(target.getScheme()))) {
                if (plain && "https".equals(address.getScheme()) && !endpoint.lax()) {
                    throw new RegistryException(Kind.FAILED, "it redirects to " + target.getHost() + " without TLS");
                }
                return target;
            }
        } catch (IllegalArgumentException e) {
            throw new RegistryException(Kind.FAILED, "it redirects to something that is not an address", e);
        }
        throw new RegistryException(Kind.FAILED, "it redirects to something that is not an address");
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }

    private static IOException refused(int status, HttpResponse<?> response, Body body) throws IOException {
        String words = "it answered " + words(status, body.all(MAX_ERROR));
        return switch (status) {
            case 401, 403 -> new RegistryException(Kind.DENIED, words);
            case 404 -> new RegistryException(Kind.NOT_FOUND, words);
            case 408, 429, 500, 502, 503, 504 -> new BusyException(words, retryAfter(response));
            default -> new RegistryException(Kind.FAILED, words);
        };
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,4}") ? Duration.ofSeconds(Long.parseLong(seconds)) : Duration.ZERO;
    }

    /** A status with the registry's own words, when it has sent any (distribution specification, "error codes"). */
    static String words(int status, byte[] body) {
        try {
            for (JsonObject error : Json.OCI.tree(body).asObject("the answer").objects("errors")) {
                String message =
                        error.string("message").or(() -> error.string("code")).orElse("");
                if (!message.isEmpty()) {
                    return status + " ("
                            + message.substring(0, Math.min(message.length(), 200))
                                    .strip() + ")";
                }
            }
        } catch (MalformedJsonException notOurs) {
            return Integer.toString(status);
        }
        return Integer.toString(status);
    }
}
