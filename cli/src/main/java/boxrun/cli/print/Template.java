package boxrun.cli.print;

import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import boxrun.json.Quick;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A line written from an object: text with {@code {{.Field}}} in it. A field is a member of the object's JSON form, in
 * any of the ways people write it ({@code created_at}, {@code CreatedAt}, {@code createdAt}); a dot leads to a member
 * of a member. {@code {{json .Field}}} and {@code {{json .}}} are a member and the whole as JSON. {@code \t} and
 * {@code \n} are a tab and a line break. Nothing else of the language that other tools have is understood.
 */
public final class Template {
    private sealed interface Piece {
        record Text(String text) implements Piece {}

        record Field(List<String> path, String typed, boolean json) implements Piece {
            String heading() {
                return path.isEmpty()
                        ? ""
                        : path.getLast()
                                .replaceAll("([a-z0-9])_?([A-Z])", "$1 $2")
                                .replace('_', ' ')
                                .toUpperCase(Locale.ROOT);
            }
        }
    }

    private static final Pattern FIELD = Pattern.compile("(?<json>json +)?(?<path>(\\.[A-Za-z][A-Za-z0-9_]*)+|\\.)");

    private final List<Piece> pieces = new ArrayList<>();

    /** Throws an {@link IllegalArgumentException} that says what is wrong with the text. */
    public Template(String text) {
        String rest = text.replace("\\t", "\t").replace("\\n", "\n");
        for (int open = rest.indexOf("{{"); open >= 0; open = rest.indexOf("{{")) {
            int close = rest.indexOf("}}", open);
            if (close < 0) {
                throw new IllegalArgumentException("'{{' without '}}'");
            }
            pieces.add(new Piece.Text(rest.substring(0, open)));
            pieces.add(field(rest.substring(open + 2, close).strip()));
            rest = rest.substring(close + 2);
        }
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected json, table or a text with {{.Field}} in it, got '" + text + "'");
        }
        pieces.add(new Piece.Text(rest));
    }

    private static Piece.Field field(String typed) {
        Matcher field = FIELD.matcher(typed);
        if (!field.matches()) {
            throw new IllegalArgumentException("expected a field such as {{.Id}}, got {{" + typed + "}}");
        }
        String path = field.group("path");
        return new Piece.Field(
                path.equals(".") ? List.of() : List.of(path.substring(1).split("\\.", -1)),
                path,
                field.group("json") != null || path.equals("."));
    }

    /** What stands above such lines: each field by its name in capitals, and the text as it is. */
    String heading() {
        StringBuilder heading = new StringBuilder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text(String text) -> heading.append(text);
                case Piece.Field field -> heading.append(field.heading());
            }
        }
        return heading.toString();
    }

    /** The line without its end; a field that the object does not have is an {@link IllegalArgumentException}. */
    public String apply(JsonValue object) {
        StringBuilder line = new StringBuilder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text(String text) -> line.append(text);
                case Piece.Field(List<String> path, String typed, boolean json) -> {
                    JsonValue value = object;
                    for (String name : path) {
                        value = member(value, name, typed);
                    }
                    line.append(json ? Quick.encode(value) : text(value));
                }
            }
        }
        return line.toString();
    }

    private static JsonValue member(JsonValue value, String name, String typed) {
        if (!(value instanceof JsonObject(Map<String, JsonValue> members))) {
            throw new IllegalArgumentException("no field " + typed);
        }
        String wanted = plain(name);
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            if (plain(member.getKey()).equals(wanted)) {
                return member.getValue();
            }
        }
        throw new IllegalArgumentException("no field " + typed + "; there are " + String.join(", ", members.keySet()));
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static String text(JsonValue value) {
        return switch (value) {
            case JsonString(String text) -> Safe.line(text);
            case JsonNumber number -> number.digits();
            case JsonBool(boolean bool) -> String.valueOf(bool);
            case JsonNull() -> "";
            case JsonArray(List<JsonValue> elements) ->
                elements.stream().map(Template::text).collect(Collectors.joining(","));
            case JsonObject(Map<String, JsonValue> members) ->
                members.entrySet().stream()
                        .map(member -> member.getKey() + "=" + text(member.getValue()))
                        .collect(Collectors.joining(","));
        };
    }
}
