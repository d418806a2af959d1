package boxrun.http;

import java.nio.ByteBuffer;

/** What a WebSocket receives; pings and pongs are answered inside. */
public sealed interface WebSocketMessage {

    /** Text, valid UTF-8. */
    record Text(String text) implements WebSocketMessage {}

    /** Bytes, from the buffer's position to its limit. */
    record Binary(ByteBuffer bytes) implements WebSocketMessage {}

    /**
     * The other side is done; nothing follows.
     *
     * @param code 1000 for an ordinary end, 1005 when none was given (RFC 6455, section 7.4)
     */
    record Closed(int code, String reason) implements WebSocketMessage {}
}
