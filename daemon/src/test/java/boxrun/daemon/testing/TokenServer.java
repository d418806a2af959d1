package boxrun.daemon.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gives out tokens that docker-registry accepts, signed with a key made for the test. */
public final class TokenServer implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final HttpServer server;
    private final PrivateKey key;
    private final Certificate certificate;
    private final Path bundle;
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;
    private volatile long seconds = 300;

    private TokenServer(HttpServer server, PrivateKey key, Certificate certificate, Path bundle) {
        this.server = server;
        this.key = key;
        this.certificate = certificate;
        this.bundle = bundle;
    }

    public static TokenServer start(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        Files.createDirectories(directory);
        Path store = directory.resolve("keys.p12");
        Programs.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "token",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=test",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Certificate certificate = keys.getCertificate("token");
        Path bundle = directory.resolve("cert.pem");
        Files.writeString(
                bundle,
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        TokenServer tokens =
                new TokenServer(server, (PrivateKey) keys.getKey("token", PASSWORD.toCharArray()), certificate, bundle);
        server.createContext("/token", tokens::answer);
        server.start();
        return tokens;
    }

    /** The {@code auth:} section of a registry that accepts its tokens. */
    public String auth() {
        return """
                auth:
                  token:
                    realm: http://127.0.0.1:%d/token
                    service: test
                    issuer: tokens
                    rootcertbundle: %s
                """.formatted(server.getAddress().getPort(), bundle);
    }

    /** Whether it gives tokens, and for how long. */
    public void behave(boolean gives, long lifetime) {
        open = gives;
        seconds = lifetime;
        authorizations.clear();
    }

    /** The Authorization headers of the requests, empty for none. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            authorizations.add(authorization == null ? "" : authorization);
            String query = exchange.getRequestURI().getQuery();
            String scope = query.substring(query.indexOf("repository:"));
            String name = scope.split(":", -1)[1];
            byte[] body = open
                    ? ("{\"token\":\"" + token(name) + "\",\"expires_in\":" + seconds + "}")
                            .getBytes(StandardCharsets.UTF_8)
                    : "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"who are you\"}]}"
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(open ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String token(String name) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\""
                + Base64.getEncoder().encodeToString(certificate.getEncoded()) + "\"]}";
        String claims =
                "{\"iss\":\"tokens\",\"sub\":\"\",\"aud\":\"test\",\"exp\":" + (now + 300) + ",\"nbf\":" + (now - 60)
                        + ",\"iat\":" + now + ",\"jti\":\"" + UUID.randomUUID()
                        + "\",\"access\":[{\"type\":\"repository\",\"name\":\"" + name + "\",\"actions\":[\"pull\"]}]}";
        String signed =
                encode(header.getBytes(StandardCharsets.UTF_8)) + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + encode(signature.sign());
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
