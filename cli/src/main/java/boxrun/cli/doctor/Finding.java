package boxrun.cli.doctor;

import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.util.Locale;

/**
 * What a check has found.
 *
 * @param check what was looked at, in a few words
 * @param message a clause without a full stop
 * @param fix the command that mends it; empty where nothing is to be mended, or no command can
 */
public record Finding(String check, Result result, String message, String fix) {
    /** How much it matters. */
    public enum Result {
        OK,
        /** Boxes run, but something that they can ask for is missing. */
        WARNING,
        /** No box runs. */
        FAILED
    }

    static Finding ok(String check, String message) {
        return new Finding(check, Result.OK, message, "");
    }

    static Finding warning(String check, String message, String fix) {
        return new Finding(check, Result.WARNING, message, fix);
    }

    static Finding failed(String check, String message, String fix) {
        return new Finding(check, Result.FAILED, message, fix);
    }

    /** {@code {"check", "result", "message", "fix"}}; a fix that there is not is null. */
    public JsonValue json() {
        return JsonObject.EMPTY
                .with("check", new JsonString(check))
                .with("result", new JsonString(result.name().toLowerCase(Locale.ROOT)))
                .with("message", new JsonString(message))
                .with("fix", fix.isEmpty() ? new JsonNull() : new JsonString(fix));
    }
}
