package boxrun.daemon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import boxrun.daemon.testing.AnswerCheck;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A terminal in a box by the WebSocket of the JDK, which reads one frame when it is asked for one. */
final class JdkTerminal implements WebSocket.Listener {
    private static final int PIECE = 1000;

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final StringBuilder textSoFar = new StringBuilder();
    private final WebSocket socket;
    private final String path;
    private String shown = "";

    private sealed interface Heard {
        record Bytes(String bytes) implements Heard {}

        record Text(String text) implements Heard {}

        record Closed(int code) implements Heard {}
    }

    JdkTerminal(HttpClient client, URI uri, String token) {
        path = uri.getPath();
        socket = client.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(uri, this)
                .join();
    }

    @Override
    public void onOpen(WebSocket opened) {
        // Nothing is asked for yet.
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
        heard.add(new Heard.Bytes(ISO_8859_1.decode(bytes).toString()));
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        textSoFar.append(text);
        if (last) {
            heard.add(new Heard.Text(textSoFar.toString()));
        } else {
            from.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        heard.add(new Heard.Closed(code));
        return null;
    }

    private Heard next() throws InterruptedException {
        socket.request(1);
        return heard.take();
    }

    private String more() throws InterruptedException {
        if (next() instanceof Heard.Bytes(String bytes)) {
            return bytes;
        }
        throw new AssertionError("the terminal has ended after: " + shown);
    }

    void type(String text) {
        socket.sendBinary(ByteBuffer.wrap(text.getBytes(ISO_8859_1)), true).join();
    }

    void resize(String cols, String rows) {
        socket.sendText("{\"type\":\"resize\",\"cols\":" + cols + ",\"rows\":" + rows + "}", true)
                .join();
    }

    void await(String text) throws InterruptedException {
        while (!shown.contains(text)) {
            shown += more();
        }
        shown = shown.substring(shown.indexOf(text) + text.length());
    }

    void echo(int count) throws InterruptedException {
        byte[] pattern = new byte[count];
        for (int i = 0; i < count; i++) {
            pattern[i] = (byte) (i * 7 % 256);
        }
        Thread sending = Thread.startVirtualThread(() -> {
            for (int at = 0; at < count; at += PIECE) {
                socket.sendBinary(ByteBuffer.wrap(pattern, at, Math.min(PIECE, count - at)), true)
                        .join();
            }
        });
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        received.writeBytes(shown.getBytes(ISO_8859_1));
        while (received.size() < count) {
            received.writeBytes(more().getBytes(ISO_8859_1));
        }
        sending.join();
        if (!java.util.Arrays.equals(received.toByteArray(), pattern)) {
            throw new AssertionError("bytes were changed");
        }
        shown = "";
    }

    void skip(String text, int count) throws InterruptedException {
        int left = count;
        while (left > 0) {
            String piece = shown.isEmpty() ? more() : shown;
            int taken = Math.min(left, piece.length());
            if (!piece.substring(0, taken).equals(text.repeat(taken))) {
                throw new AssertionError("something else: " + piece);
            }
            left -= taken;
            shown = piece.substring(taken);
        }
    }

    void exit(int code) throws InterruptedException {
        Heard told = next();
        while (told instanceof Heard.Bytes) {
            told = next();
        }
        String text = ((Heard.Text) told).text();
        new AnswerCheck().checkFrame(path, text);
        JsonObject exit = Json.WIRE.tree(text).asObject("");
        if (!exit.string("type").orElse("").equals("exit")
                || exit.integer("code").orElse(-1L) != code) {
            throw new AssertionError("not the exit " + code + ": " + exit);
        }
        closed(1000);
    }

    void closed(int code) throws InterruptedException {
        Heard told = next();
        while (told instanceof Heard.Bytes) {
            told = next();
        }
        if (!told.equals(new Heard.Closed(code))) {
            throw new AssertionError("not closed with " + code + ": " + told);
        }
    }

    void leave() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    void vanish() {
        socket.abort();
    }
}
