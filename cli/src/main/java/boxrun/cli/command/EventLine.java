package boxrun.cli.command;

import boxrun.api.BoxEvent;
import boxrun.api.ExecEvent;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Safe;
import boxrun.cli.print.Template;
import boxrun.client.LifeEvent;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** An event as a line. */
final class EventLine {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private EventLine() {}

    static String of(LifeEvent event, Listing listing) {
        return switch (listing) {
            case Listing.AsTable() -> Safe.line(words(event));
            case Listing.AsJson() -> Json.WIRE.encode(json(event));
            case Listing.AsColumns(var template) -> fields(template, event);
            case Listing.AsLines(var template) -> fields(template, event);
        };
    }

    private static String fields(Template template, LifeEvent event) {
        try {
            return template.apply(json(event));
        } catch (IllegalArgumentException e) {
            throw new UsageException("bad value for --format: " + e.getMessage());
        }
    }

    /** For people: local time, what, what happened to it, and why. */
    private static String words(LifeEvent event) {
        return switch (event) {
            case LifeEvent.OfBox(long id, BoxEvent box) ->
                time(box.at()) + "  box " + word(box.action()) + "  " + box.id()
                        + (box.name() == null ? "" : " " + box.name())
                        + (box.reason() == null ? "" : ": " + box.reason());
            case LifeEvent.OfExec(long id, ExecEvent exec) ->
                time(exec.at()) + "  exec " + word(exec.action()) + "  " + exec.id() + " in " + exec.boxId()
                        + (exec.exitCode() == null ? "" : ", exit code " + exec.exitCode());
            case LifeEvent.Missed(long id, var missed) -> "missed";
        };
    }

    private static String time(Instant at) {
        return LOCAL.format(at.atZone(ZoneId.systemDefault()));
    }

    private static String word(Enum<?> action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    /** The event's own members behind its type and number. */
    private static JsonValue json(LifeEvent event) {
        return switch (event) {
            case LifeEvent.OfBox(long id, BoxEvent box) -> json("box", id, box);
            case LifeEvent.OfExec(long id, ExecEvent exec) -> json("exec", id, exec);
            case LifeEvent.Missed(long id, var missed) -> json("missed", id, missed);
        };
    }

    private static JsonValue json(String type, long number, Object event) {
        JsonObject object = JsonObject.EMPTY.with("type", new JsonString(type)).with("event", new JsonNumber(number));
        for (Map.Entry<String, JsonValue> member :
                Json.WIRE.tree(event).asObject("").members().entrySet()) {
            object = object.with(member.getKey(), member.getValue());
        }
        return object;
    }
}
