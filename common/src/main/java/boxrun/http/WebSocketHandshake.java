package boxrun.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The opening handshake of a WebSocket (RFC 6455, section 4.1). */
final class WebSocketHandshake {
    /** The RFC's own constant: a server that knows it knows the protocol. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketHandshake() {}

    static WebSocket over(Connection connection, HttpRequest request) throws IOException {
        SecureRandom random = new SecureRandom();
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        HttpRequest upgrade = request.header("Upgrade", "websocket")
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Key", key);
        connection.output().write(connection.head(upgrade, "Connection: Upgrade\r\n"));
        HttpResponse answer = answer(connection, request);
        if (answer.status() != 101) {
            throw new UpgradeRefusedException(answer);
        }
        if (!answer.header("upgrade").orElse("").equalsIgnoreCase("websocket")
                || !answer.header("connection")
                        .orElse("")
                        .toLowerCase(java.util.Locale.ROOT)
                        .contains("upgrade")
                || !answer.header("sec-websocket-accept").orElse("").equals(accept(key))) {
            throw new HttpProtocolException("the server switched to something that is not a WebSocket");
        }
        if (answer.header("sec-websocket-extensions").isPresent()
                || answer.header("sec-websocket-protocol").isPresent()) {
            throw new HttpProtocolException("the server chose a WebSocket extension that nobody asked for");
        }
        return new WebSocket(connection, random);
    }

    private static HttpResponse answer(Connection connection, HttpRequest request) throws IOException {
        try (Deadline deadline = new Deadline(connection, request.answerWithin())) {
            try {
                return HttpResponse.read(connection, request.method());
            } catch (IOException e) {
                if (deadline.passed()) {
                    throw new SocketTimeoutException(
                            "no WebSocket within " + request.answerWithin().toMillis() + " ms");
                }
                throw e;
            }
        }
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
