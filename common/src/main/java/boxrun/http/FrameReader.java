package boxrun.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a server's frames and joins fragments. */
final class FrameReader {
    private static final int MAX_MESSAGE = 16 << 20;
    private static final int MAX_CONTROL = 125;

    private final ChannelInput input;
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
    private @Nullable Opcode fragmented;

    /** A whole message, or a control frame, which may come between the fragments of one. */
    @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
    record Message(Opcode opcode, byte[] payload) {}

    private record Head(Opcode opcode, boolean last, int length) {}

    FrameReader(ChannelInput input) {
        this.input = input;
    }

    Message next() throws IOException {
        while (true) {
            Head head = head();
            byte[] payload = new byte[head.length()];
            input.require(payload, "a WebSocket frame");
            if (head.opcode().isControl()) {
                return new Message(head.opcode(), payload);
            }
            Opcode kind = fragmented;
            if (kind == null && head.last()) {
                return new Message(head.opcode(), payload);
            }
            fragments.writeBytes(payload);
            if (kind == null) {
                fragmented = head.opcode();
            } else if (head.last()) {
                byte[] whole = fragments.toByteArray();
                fragments.reset();
                fragmented = null;
                return new Message(kind, whole);
            }
        }
    }

    private Head head() throws IOException {
        int first = input.require("a WebSocket frame, or before its closing handshake");
        int second = input.require("a WebSocket frame");
        Opcode opcode = Opcode.of(first & 0x0f).orElseThrow(() -> broken("an unknown kind of frame"));
        boolean last = (first & 0x80) != 0;
        if ((first & 0x70) != 0) {
            throw broken("a reserved bit");
        }
        if ((second & 0x80) != 0) {
            throw broken("a masked frame");
        }
        if (opcode.isControl() && (!last || (second & 0x7f) > MAX_CONTROL)) {
            throw broken("a control frame that is fragmented or too long");
        }
        if (!opcode.isControl() && (opcode == Opcode.CONTINUATION) == (fragmented == null)) {
            throw broken("fragments out of order");
        }
        long length = length(second & 0x7f);
        if (length > MAX_MESSAGE - fragments.size()) {
            throw broken("a message of more than " + MAX_MESSAGE + " bytes");
        }
        return new Head(opcode, last, (int) length);
    }

    private long length(int coded) throws IOException {
        if (coded < 126) {
            return coded;
        }
        byte[] bytes = new byte[coded == 126 ? 2 : 8];
        input.require(bytes, "a WebSocket frame");
        long length = 0;
        for (byte each : bytes) {
            length = length << 8 | (each & 0xff);
        }
        if (length < (coded == 126 ? 126 : 1 << 16)) {
            throw broken("a length that is negative or not in its shortest form");
        }
        return length;
    }

    static String utf8(byte[] payload) throws HttpProtocolException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            throw broken("text that is not UTF-8");
        }
    }

    static WebSocketMessage.Closed closed(byte[] payload) throws HttpProtocolException {
        if (payload.length == 0) {
            return new WebSocketMessage.Closed(1005, "");
        }
        if (payload.length == 1) {
            throw broken("half a close code");
        }
        int code = ByteBuffer.wrap(payload).getShort() & 0xffff;
        boolean allowed = (code >= 3000 && code < 5000)
                || (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006);
        if (!allowed) {
            throw broken("the close code " + code);
        }
        return new WebSocketMessage.Closed(code, utf8(java.util.Arrays.copyOfRange(payload, 2, payload.length)));
    }

    private static HttpProtocolException broken(String what) {
        return new HttpProtocolException("the server broke the WebSocket protocol: " + what);
    }
}
