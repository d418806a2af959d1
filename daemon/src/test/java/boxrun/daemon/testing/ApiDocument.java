package boxrun.daemon.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** openapi.json, and whether answers are as it says. */
public final class ApiDocument {
    /** That of the daemon under test. */
    public static final ApiDocument OURS = new ApiDocument();

    static final String JSON_TYPE = "application/json";
    static final String EVENTS_TYPE = "text/event-stream";
    private static final int MAX_EVENT = 1 << 24;
    private static final Json JSON = Json.WIRE.maxBytes(256L << 20);

    private final JsonObject document;
    private final JsonSchema schemas;
    private final List<Operation> operations;

    /**
     * What a path can be asked.
     *
     * @param path with its parameters in braces
     */
    public record Operation(String method, String path, Pattern form, JsonObject description) {
        /** As {@code GET /v1/info}. */
        public String route() {
            return method + " " + path;
        }
    }

    private ApiDocument() {
        try (InputStream text = ApiDocument.class.getResourceAsStream("/boxrun/daemon/http/openapi.json")) {
            document = Json.WIRE
                    .tree(new String(Objects.requireNonNull(text).readAllBytes(), UTF_8))
                    .asObject("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        schemas = new JsonSchema(document);
        List<Operation> all = new ArrayList<>();
        object(document, "paths").members().forEach((path, item) -> {
            Pattern form = Pattern.compile(path.replace("{reference}", ".+").replaceAll("\\{[a-z]+}", "[^/]+"));
            item.asObject(path)
                    .members()
                    .forEach((method, description) -> all.add(
                            new Operation(method.toUpperCase(Locale.ROOT), path, form, description.asObject(path))));
        });
        // The longest path first: {id} would match x:stop too.
        operations = all.stream()
                .sorted(Comparator.comparingInt(
                        (Operation operation) -> -operation.path().length()))
                .toList();
    }

    public JsonObject document() {
        return document;
    }

    public List<Operation> operations() {
        return operations;
    }

    /** What a client asks with this method and path, if the document has it: {@code {id}} would match x:stop too. */
    public Optional<Operation> operation(String method, String path) {
        Optional<String> best = operations.stream()
                .filter(one -> one.form().matcher(path).matches())
                .map(Operation::path)
                .findFirst();
        return operations.stream()
                .filter(one ->
                        best.equals(Optional.of(one.path())) && one.method().equals(method))
                .findFirst();
    }

    /** Each as {@code GET /v1/info}. */
    public Set<String> routes() {
        return operations.stream().map(Operation::route).collect(Collectors.toCollection(TreeSet::new));
    }

    public JsonObject schema(String name) {
        return object(object(object(document, "components"), "schemas"), name);
    }

    /** What a reference stands for; an object that is none stands for itself. */
    public JsonObject resolved(JsonObject object) {
        return object.string("$ref").map(schemas::resolve).orElse(object);
    }

    private static JsonObject object(JsonObject parent, String member) {
        return parent.object(member).orElseThrow(() -> new AssertionError("openapi.json has no " + member));
    }

    /**
     * What is wrong with an answer; events may be asked about one by one.
     *
     * @param target path and query of the request
     */
    public List<String> violations(String method, String target, int status, String contentType, byte[] body) {
        String path = target.replaceFirst("\\?.*", "");
        String what = method + " " + path + " (" + status + ")";
        String media = contentType.replaceFirst(";.*", "").strip();
        Optional<Operation> operation = operation(method, path);
        if (operation.isEmpty()) {
            return status >= 400 ? problem(media, body, what) : List.of(what + " is not in the document");
        }
        Optional<JsonObject> response =
                object(operation.get().description(), "responses").object("" + status);
        if (response.isEmpty()) {
            return List.of(what + ": no such status in the document: " + new String(body, UTF_8));
        }
        Optional<JsonObject> types = resolved(response.get()).object("content");
        if (types.isEmpty()) {
            return media.isEmpty() ? List.of() : List.of(what + " has no content in the document, but " + media);
        }
        return types.get()
                .object(media)
                .map(content -> content(content, media, body, what))
                .orElseGet(() -> List.of(what + ": no such content in the document: " + contentType));
    }

    /**
     * What is wrong with a text frame of a WebSocket.
     *
     * @param target path and query of the request
     * @param sender {@code client} or {@code daemon}
     */
    public List<String> frameViolations(String target, String sender, String text) {
        String path = target.replaceFirst("\\?.*", "");
        Operation operation =
                operation("GET", path).orElseThrow(() -> new AssertionError(path + " is not in the document"));
        JsonObject frames = object(object(object(operation.description(), "responses"), "101"), "x-frames");
        return schemas.violations(object(frames, sender), JSON.tree(text), "a frame of the " + sender + " " + text);
    }

    private List<String> problem(String media, byte[] body, String what) {
        return media.equals(JSON_TYPE)
                ? schemas.violations(schema("Problem"), JSON.tree(new String(body, UTF_8)), what)
                : List.of(what + " is " + media);
    }

    private List<String> content(JsonObject content, String media, byte[] body, String what) {
        return switch (media) {
            case JSON_TYPE -> schemas.violations(object(content, "schema"), JSON.tree(new String(body, UTF_8)), what);
            case EVENTS_TYPE -> events(object(content, "x-events"), body, what);
            default -> List.of();
        };
    }

    private List<String> events(JsonObject kinds, byte[] body, String what) {
        List<String> violations = new ArrayList<>();
        SseReader reader = new SseReader(new ByteArrayInputStream(body), MAX_EVENT);
        try {
            for (Optional<SseEvent> event = reader.next(); event.isPresent(); event = reader.next()) {
                String kind = event.get().type();
                Optional<JsonObject> schema = kinds.object(kind);
                if (schema.isEmpty()) {
                    violations.add(what + ": an event of the kind " + kind + " is not in the document");
                } else {
                    violations.addAll(schemas.violations(
                            schema.get(), Json.WIRE.tree(event.get().data()), what + " " + kind));
                }
            }
        } catch (IOException e) {
            violations.add(what + ": " + e);
        }
        return violations;
    }
}
