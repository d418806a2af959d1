package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.daemon.testing.AnswerCheck;
import boxrun.daemon.testing.ApiDocument;
import boxrun.http.Address;
import boxrun.http.HttpExchange;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.RequestBody;
import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.http.WebSocket;
import boxrun.http.WebSocketMessage;
import boxrun.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sends the requests of examples to a daemon, one after the other, and says what is not as the page shows it. */
final class ExampleRun {
    /** With one of these a stream of events is over. */
    private static final Set<String> LAST = Set.of("exit", "done", "error");

    private static final int MAX_EVENT = 1 << 20;

    private final HttpExchange client;
    private final Path files;
    private final Likeness likeness = new Likeness();

    /** @param files what {@code @NAME} stands for */
    ExampleRun(Address address, Path files) {
        this.client = new AnswerCheck().exchange(address);
        this.files = files;
    }

    List<String> differences(PageExample example) throws IOException {
        return example.kind().equals("ws") ? overSocket(example) : overHttp(example);
    }

    private List<String> overHttp(PageExample example) throws IOException {
        List<String> differences = new ArrayList<>();
        PageExample.Part shown = example.answer();
        try (HttpResponse answer = client.send(request(example))) {
            if (answer.status() != shown.status()) {
                return List.of("status " + answer.status() + ": "
                        + new String(answer.body().readAllBytes(), UTF_8));
            }
            shown.headers().forEach((name, value) -> {
                String real = answer.header(name).orElse("(none)");
                if (!likeness.isLike(value, real)) {
                    differences.add(name + " is " + real);
                }
            });
            String type = answer.header("Content-Type").orElse("");
            differences.addAll(
                    type.startsWith("text/event-stream")
                            ? events(shown.lines(), answer)
                            : plain(shown.lines(), answer, type));
        }
        return differences;
    }

    private HttpRequest request(PageExample example) throws IOException {
        HttpRequest request = HttpRequest.of(example.method(), likeness.real(example.target()))
                .within(Duration.ofMinutes(2));
        if (!example.body().isEmpty()) {
            String type = example.headers().getOrDefault("Content-Type", "application/json");
            request = request.with(RequestBody.of(type, content(example.body(), type.startsWith("multipart/"))));
        }
        for (var header : example.headers().entrySet()) {
            request = header.getKey().equals("Content-Type")
                    ? request
                    : request.header(header.getKey(), header.getValue());
        }
        return request;
    }

    private byte[] content(String body, boolean form) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String line : body.split("\n", -1)) {
            if (line.startsWith("@")) {
                content.writeBytes(Files.readAllBytes(files.resolve(line.substring(1))));
            } else {
                content.writeBytes(likeness.real(line).getBytes(UTF_8));
            }
            if (form || !body.startsWith("@")) {
                content.writeBytes((form ? "\r\n" : "\n").getBytes(UTF_8));
            }
        }
        return content.toByteArray();
    }

    private List<String> plain(List<String> shown, HttpResponse answer, String type) throws IOException {
        byte[] body = answer.body().readAllBytes();
        String real = new String(body, UTF_8);
        String text = String.join("\n", shown);
        if (text.startsWith("@")) {
            Files.write(files.resolve(text.substring(1)), body);
            return List.of();
        }
        if (type.startsWith("application/json") && !text.equals("...")) {
            return likeness.differences("the body", Json.WIRE.tree(text), Json.WIRE.tree(real));
        }
        return likeness.isLike(text, real.stripTrailing()) ? List.of() : List.of("the body is " + real);
    }

    /** The events that are shown have to come, with none between them but where the page says {@code ...}. */
    private List<String> events(List<String> lines, HttpResponse answer) throws IOException {
        List<String> differences = new ArrayList<>();
        SseReader reader = new SseReader(answer.body(), MAX_EVENT);
        SseEvent last = new SseEvent("", "", "");
        for (String block : String.join("\n", lines).split("\n\n", -1)) {
            SseEvent shown = new SseReader(new ByteArrayInputStream((block + "\n\n").getBytes(UTF_8)), MAX_EVENT)
                    .next()
                    .orElseThrow();
            List<String> different;
            do {
                Optional<SseEvent> event = reader.next();
                if (event.isEmpty()) {
                    return List.of("no event " + shown + ", the last is " + last);
                }
                last = event.get();
                different = differences(shown, last);
            } while (block.startsWith("...\n") && !different.isEmpty());
            differences.addAll(different);
        }
        if (LAST.contains(last.type()) && reader.next().isPresent()) {
            differences.add("the stream goes on after " + last.type());
        }
        return differences;
    }

    /** Ids of events of life are times. */
    private List<String> differences(SseEvent shown, SseEvent real) {
        List<String> differences = new ArrayList<>();
        if (!shown.type().equals(real.type())) {
            return List.of("an event " + real + ", shown is " + shown);
        }
        boolean anyId = shown.lastId().length() == 16 && real.lastId().length() == 16;
        if (!anyId && !shown.lastId().equals(real.lastId())) {
            differences.add("the id of an event is " + real.lastId() + ", shown is " + shown.lastId());
        }
        differences.addAll(likeness.differences(
                "the event " + real.type(), Json.WIRE.tree(shown.data()), Json.WIRE.tree(real.data())));
        return differences;
    }

    /** Frames: {@code >} is sent, {@code <} has to come; a text in quotation marks is binary, an object is text. */
    private List<String> overSocket(PageExample example) throws IOException {
        List<String> differences = new ArrayList<>();
        try (WebSocket socket = client.upgrade(request(example))) {
            for (String line : example.answer().lines()) {
                String frame = line.substring(2);
                boolean binary = frame.startsWith("\"");
                if (line.startsWith("> ")) {
                    byte[] bytes = binary ? bytes(frame) : new byte[0];
                    if (binary) {
                        socket.send(bytes, 0, bytes.length);
                    } else {
                        socket.send(frame);
                    }
                } else if (binary) {
                    differences.addAll(output(socket, bytes(frame)));
                } else {
                    differences.addAll(message(socket.receive(), frame));
                }
            }
        }
        return differences;
    }

    private static byte[] bytes(String json) {
        return Json.WIRE.tree(json).asString("").getBytes(ISO_8859_1);
    }

    /** Output may come in any number of pieces; those of a run begin each with the number of their stream. */
    private static List<String> output(WebSocket socket, byte[] expected) throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        while (seen.size() < expected.length) {
            if (!(socket.receive() instanceof WebSocketMessage.Binary(java.nio.ByteBuffer bytes))) {
                break;
            }
            byte[] piece = new byte[bytes.remaining()];
            bytes.get(piece);
            boolean more = seen.size() > 0 && expected[0] < ' ';
            seen.write(piece, more ? 1 : 0, piece.length - (more ? 1 : 0));
        }
        return java.util.Arrays.equals(seen.toByteArray(), expected)
                ? List.of()
                : List.of("output is " + seen.toString(ISO_8859_1));
    }

    private List<String> message(WebSocketMessage real, String shown) {
        return switch (real) {
            case WebSocketMessage.Text(String text)
            when shown.startsWith("{") ->
                likeness.differences("the frame", Json.WIRE.tree(shown), Json.WIRE.tree(text));
            case WebSocketMessage.Closed(int code, String _) when shown.equals("closed with " + code) -> List.of();
            default -> List.of("a frame " + real + ", shown is " + shown);
        };
    }

    /** The route of an example, as the OpenAPI document names it. */
    String route(PageExample example) {
        return example.method() + " "
                + ApiDocument.OURS
                        .operation(example.method(), example.path())
                        .map(ApiDocument.Operation::path)
                        .orElse(example.path());
    }
}
