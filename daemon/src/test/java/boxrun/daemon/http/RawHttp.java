package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.daemon.testing.AnswerCheck;
import boxrun.http.Address;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sends bytes as they are: what no decent client would send. */
record RawHttp(Address address) {
    /** A server that has not closed the connection by then hangs. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int MAX_LINE = 8 << 10;

    /** What came back, up to the end of the connection. */
    record Answer(String text) {
        int status() {
            return text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0;
        }

        String head() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? text : text.substring(0, end);
        }

        String header(String name) {
            return Pattern.compile("(?im)^" + name + ": *(.*?) *$")
                    .matcher(head())
                    .results()
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElse("");
        }

        /** Whether the connection did not break before its end. */
        boolean isWhole() {
            if (head().toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
                return text.endsWith("0\r\n\r\n");
            }
            String length = header("content-length");
            return length.isEmpty() || length.equals("" + body().getBytes(UTF_8).length);
        }

        String body() {
            String body = text.substring(Math.min(text.length(), head().length() + 4));
            if (!head().toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
                return body;
            }
            StringBuilder whole = new StringBuilder();
            for (int at = 0, size = -1; size != 0; at += size + 2) {
                int end = body.indexOf("\r\n", at);
                size = Integer.parseInt(body.substring(at, end), 16);
                at = end + 2;
                whole.append(body, at, at + size);
            }
            return whole.toString();
        }

        /** The code of an error; the body is exactly a problem. */
        String code() {
            JsonObject problem = Json.WIRE.tree(body()).asObject("");
            if (!problem.members().keySet().equals(java.util.Set.of("code", "message"))) {
                throw new AssertionError("not a problem: " + body());
            }
            return problem.string("code").orElseThrow();
        }

        String message() {
            return Json.WIRE.tree(body()).asObject("").string("message").orElseThrow();
        }
    }

    Answer send(String request) throws IOException {
        return send(request.getBytes(UTF_8));
    }

    /** The server has to close the connection. */
    Answer send(byte[] request) throws IOException {
        try (SocketChannel socket = address.open()) {
            address.connect(socket);
            Thread.startVirtualThread(() -> write(socket, ByteBuffer.wrap(request)));
            Thread deadline = Thread.startVirtualThread(() -> closeLater(socket));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            try {
                while (socket.read(buffer.clear()) >= 0) {
                    answer.write(buffer.array(), 0, buffer.position());
                }
            } catch (ClosedChannelException late) {
                throw new AssertionError("not closed within " + LONGEST + " after: " + answer.toString(UTF_8), late);
            } catch (IOException resetBecauseTheServerDidNotReadItAll) {
                // What was read before counts.
            } finally {
                deadline.interrupt();
            }
            return checked(request, new Answer(answer.toString(UTF_8)));
        }
    }

    /** What was answered, unless it is not as openapi.json says. */
    private static Answer checked(byte[] request, Answer answer) {
        String line = new String(request, 0, Math.min(request.length, MAX_LINE), UTF_8).replaceFirst("(?s)\r\n.*", "");
        String[] words = line.split(" ", -1);
        if (answer.status() > 0 && answer.isWhole()) {
            String target = words.length == 3 ? words[1] : "/";
            new AnswerCheck()
                    .check(
                            words[0],
                            target,
                            answer.status(),
                            answer.header("content-type"),
                            answer.body().getBytes(UTF_8));
        }
        return answer;
    }

    private static void closeLater(SocketChannel socket) {
        try {
            Thread.sleep(LONGEST);
            socket.close();
        } catch (InterruptedException | IOException answered) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(SocketChannel socket, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                socket.write(bytes);
            }
        } catch (IOException theServerHasHadEnough) {
            // Its answer tells why.
        }
    }
}
