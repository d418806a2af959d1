package boxrun.daemon.registry;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Short-lived tokens for pulling, from the token server that a registry names in its challenge. They are kept until
 * shortly before they expire.
 */
final class Tokens {
    private static final int MAX_ANSWER = 1 << 20;
    private static final long DEFAULT_SECONDS = 60; // the token specification's
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private record Key(String realm, String service, String scope) {}

    private record Token(String value, Instant expiry) {}

    private final Map<Key, Token> tokens = new ConcurrentHashMap<>();
    private final RegistrySettings.Patience patience;
    private final InstantSource clock;

    Tokens(RegistrySettings.Patience patience, InstantSource clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * A token for a challenge.
     *
     * @param fresh true when the kept one has just been refused
     */
    String get(
            HttpClient client,
            Challenge challenge,
            Endpoint endpoint,
            String repository,
            Optional<Credential> who,
            boolean fresh)
            throws IOException, InterruptedException {
        String scope = challenge.parameters().getOrDefault("scope", "repository:" + repository + ":pull");
        Key key = new Key(challenge.parameter("realm"), challenge.parameter("service"), scope);
        Token kept = tokens.get(key);
        if (!fresh && kept != null && clock.instant().isBefore(kept.expiry())) {
            return kept.value();
        }
        Token token = fetch(client, key, endpoint, who);
        tokens.put(key, token);
        return token.value();
    }

    private Token fetch(HttpClient client, Key key, Endpoint endpoint, Optional<Credential> who)
            throws IOException, InterruptedException {
        HttpRequest request = request(key, endpoint, who);
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (Body body = new Body(response.body(), patience.stall())) {
            byte[] answer = body.all(MAX_ANSWER);
            if (response.statusCode() != 200) {
                boolean denied = response.statusCode() == 401 || response.statusCode() == 403;
                throw new RegistryException(
                        denied ? RegistryException.Kind.DENIED : RegistryException.Kind.FAILED,
                        "its token server " + request.uri().getHost() + " answered "
                                + Caller.words(response.statusCode(), answer));
            }
            return token(answer);
        } catch (MalformedJsonException e) {
            throw new RegistryException(
                    RegistryException.Kind.FAILED, "the answer of its token server cannot be read: " + e.message(), e);
        }
    }

    private HttpRequest request(Key key, Endpoint endpoint, Optional<Credential> who) throws RegistryException {
        URI realm;
        try {
            realm = URI.create(key.realm());
            boolean plain = "http".equals(realm.getScheme());
            if (realm.getHost() == null || (!plain && !"https".equals(realm.getScheme()))) {
                throw new IllegalArgumentException("not an address");
            }
            if (plain && !endpoint.lax() && !endpoint.plain()) {
                throw new RegistryException(
                        RegistryException.Kind.FAILED, "it names a token server without TLS, " + key.realm());
            }
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    RegistryException.Kind.FAILED,
                    "it names a token server that cannot be asked, \"" + key.realm() + "\"");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder().timeout(patience.answer());
        String query = "service=" + encode(key.service()) + "&scope=" + encode(key.scope());
        if (who.isPresent() && who.get() instanceof Credential.IdentityToken(String secret)) {
            return request.uri(realm)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "grant_type=refresh_token&client_id=boxrun&refresh_token=" + encode(secret) + "&" + query))
                    .build();
        }
        if (who.isPresent() && who.get() instanceof Credential.Password password) {
            request.header("Authorization", password.basic());
        }
        String separator = realm.getRawQuery() == null ? "?" : "&";
        return request.uri(URI.create(realm + separator + query)).build();
    }

    private Token token(byte[] answer) throws RegistryException {
        JsonObject json = Json.OCI.tree(answer).asObject("the answer");
        String value =
                json.string("token").or(() -> json.string("access_token")).orElse("");
        if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new RegistryException(RegistryException.Kind.FAILED, "its token server sent no token");
        }
        long seconds = Math.clamp(json.integer("expires_in").orElse(DEFAULT_SECONDS), 0L, 86_400L);
        return new Token(value, clock.instant().plusSeconds(seconds).minus(MARGIN));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
