package boxrun.cli.command;

import boxrun.api.BoxStats;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a box uses.
 *
 * @param before an earlier look, since CPU is used over time; none when this is the first
 */
record BoxUse(String id, String name, BoxStats now, Optional<BoxStats> before) {

    /** Of one CPU, between the two looks; none when that is not known, or the box was started again meanwhile. */
    Optional<BigDecimal> cpuPercent() {
        Long used = now.cpuUsageUsec();
        Long usedBefore = before.map(BoxStats::cpuUsageUsec).orElse(null);
        if (used == null || usedBefore == null || used < usedBefore) {
            return Optional.empty();
        }
        long elapsed = Duration.between(before.orElseThrow().at(), now.at()).toNanos() / 1000;
        return elapsed <= 0
                ? Optional.empty()
                : Optional.of(BigDecimal.valueOf((used - usedBefore) * 100)
                        .divide(BigDecimal.valueOf(elapsed), 1, RoundingMode.HALF_UP));
    }

    /** The members of the stats, behind {@code id}, {@code name} and {@code cpu_percent}. */
    JsonValue json() {
        JsonObject object = JsonObject.EMPTY
                .with("id", new JsonString(id))
                .with("name", new JsonString(name))
                .with(
                        "cpu_percent",
                        cpuPercent().<JsonValue>map(JsonNumber::new).orElse(new JsonNull()));
        for (Map.Entry<String, JsonValue> member :
                Json.WIRE.tree((Object) now).asObject("").members().entrySet()) {
            object = object.with(member.getKey(), member.getValue());
        }
        return object;
    }
}
