package boxrun.daemon.http;

import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** openapi.json, and whether answers are as it says. */
final class ApiDocument {
    private static final int MAX_EVENT = 1 << 24;

    final JsonObject document;
    private final JsonSchema schemas;

    ApiDocument() {
        try (InputStream text = HttpApi.class.getResourceAsStream("openapi.json")) {
            document = Json.WIRE
                    .tree(new String(
                            java.util.Objects.requireNonNull(text).readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8))
                    .asObject("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        schemas = new JsonSchema(document);
    }

    /** Each as {@code GET /v1/info}. */
    Set<String> routes() {
        Set<String> routes = new TreeSet<>();
        paths().forEach((path, item) -> item.asObject(path)
                .members()
                .keySet()
                .forEach(method -> routes.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path)));
        return routes;
    }

    private Map<String, JsonValue> paths() {
        return document.object("paths").orElseThrow().members();
    }

    JsonObject schema(String name) {
        return document.object("components")
                .orElseThrow()
                .object("schemas")
                .orElseThrow()
                .object(name)
                .orElseThrow();
    }

    /** What is wrong with an answer. */
    List<String> violations(String method, String path, int status, String contentType, byte[] body) {
        String what = method + " " + path + " (" + status + ")";
        Optional<JsonObject> operation = operation(method, path);
        if (operation.isEmpty()) {
            return status >= 400 ? problem(what, contentType, body) : List.of(what + " is not in the document");
        }
        JsonObject responses = operation.get().object("responses").orElseThrow();
        Optional<JsonObject> response =
                responses.object("" + status).or(() -> status >= 400 ? responses.object("default") : Optional.empty());
        if (response.isEmpty()) {
            return List.of(what + ": no such status in the document");
        }
        String media = contentType.replaceAll(";.*", "").strip();
        Optional<JsonObject> content = response.get().object("content").flatMap(types -> types.object(media));
        if (content.isEmpty()) {
            return List.of(what + ": no such content in the document: " + contentType);
        }
        JsonObject schema = content.get().object("schema").orElseThrow();
        return switch (media) {
            case "application/json" ->
                schemas.violations(
                        schema,
                        Json.WIRE.maxBytes(256L << 20).tree(new String(body, java.nio.charset.StandardCharsets.UTF_8)),
                        what);
            case "text/event-stream" -> events(content.get(), body, what);
            default -> List.of();
        };
    }

    private List<String> problem(String what, String contentType, byte[] body) {
        if (!contentType.startsWith("application/json")) {
            return List.of(what + " is " + contentType);
        }
        return schemas.violations(
                schema("Problem"), Json.WIRE.tree(new String(body, java.nio.charset.StandardCharsets.UTF_8)), what);
    }

    private List<String> events(JsonObject content, byte[] body, String what) {
        JsonObject kinds = content.object("x-events").orElseThrow();
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

    private Optional<JsonObject> operation(String method, String path) {
        // The longest template first: {id} would match x:stop too.
        return paths().entrySet().stream()
                .filter(entry ->
                        path.matches(entry.getKey().replace("{reference}", ".+").replaceAll("\\{[a-z]+}", "[^/]+")))
                .filter(entry ->
                        entry.getValue().asObject("").members().containsKey(method.toLowerCase(java.util.Locale.ROOT)))
                .max(java.util.Comparator.comparingInt(entry -> entry.getKey().length()))
                .flatMap(entry -> entry.getValue().asObject("").object(method.toLowerCase(java.util.Locale.ROOT)));
    }
}
