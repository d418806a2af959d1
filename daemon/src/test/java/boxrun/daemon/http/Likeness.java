package boxrun.daemon.http;

import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When an answer is like the one that an example shows. It has the same members with the same values, except that
 *
 * <ul>
 *   <li>an id stands for another one, the same everywhere on the page;
 *   <li>a time, a digest and {@code ...} in a text stand for any;
 *   <li>the numbers, texts and truths of the members below depend on the machine or the moment: of these the kind is
 *       compared, and a number may be null, which is what the API says of one that it does not know.
 * </ul>
 */
final class Likeness {
    private static final Set<String> NUMBERS = Set.of(
            "pid",
            "max_cpu",
            "max_memory_mb",
            "effective",
            "cpu_usage_usec",
            "memory_bytes",
            "pids",
            "disk_bytes",
            "disk_limit_bytes",
            "network_rx_bytes",
            "network_tx_bytes",
            "host_port",
            "size");
    private static final Set<String> TEXTS =
            Set.of("version", "build", "platform", "state_dir", "url", "token_file", "paths");
    private static final Set<String> TRUTHS = Set.of("enforced");
    /** What an engine cannot do here is a list of any length. */
    private static final Set<String> LISTS = Set.of("unsupported");

    private static final Pattern ID = Pattern.compile("(box|exec)_[A-Za-z0-9]{12}");
    private static final Pattern ANY =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z" + "|sha256:[0-9a-f]{64}|\\.\\.\\.");

    private final Map<String, String> ids = new HashMap<>();

    /** A text of the page as this run has it. */
    String real(String shown) {
        return ID.matcher(shown).replaceAll(id -> ids.getOrDefault(id.group(), id.group()));
    }

    /** What is different, each with where it is. */
    List<String> differences(String where, JsonValue shown, JsonValue real) {
        List<String> differences = new ArrayList<>();
        compare(where, "", shown, real, differences);
        return differences;
    }

    private void compare(String where, String member, JsonValue shown, JsonValue real, List<String> differences) {
        boolean like =
                switch (shown) {
                    case JsonObject(Map<String, JsonValue> members) -> {
                        if (real instanceof JsonObject(Map<String, JsonValue> others)) {
                            compareMembers(where, member, members, others, differences);
                        }
                        yield real instanceof JsonObject;
                    }
                    case JsonArray(List<JsonValue> elements) -> {
                        if (LISTS.contains(member)) {
                            yield real instanceof JsonArray;
                        }
                        boolean same = real instanceof JsonArray array
                                && array.elements().size() == elements.size();
                        if (same) {
                            List<JsonValue> others = ((JsonArray) real).elements();
                            for (int i = 0; i < elements.size(); i++) {
                                compare(where + "[" + i + "]", member, elements.get(i), others.get(i), differences);
                            }
                        }
                        yield same;
                    }
                    case JsonString(String text) ->
                        real instanceof JsonString(String other) && (TEXTS.contains(member) || isLike(text, other));
                    case JsonNumber number ->
                        NUMBERS.contains(member)
                                ? real instanceof JsonNumber || real instanceof JsonNull
                                : number.equals(real);
                    case JsonBool bool -> TRUTHS.contains(member) ? real instanceof JsonBool : bool.equals(real);
                    case JsonNull() ->
                        real instanceof JsonNull || (NUMBERS.contains(member) && real instanceof JsonNumber);
                };
        if (!like) {
            differences.add(where + " is " + Json.WIRE.encode(real) + ", shown is " + Json.WIRE.encode(shown));
        }
    }

    /** What is inside of {@code paths} or {@code enforced} is of their kind. */
    private void compareMembers(
            String where,
            String member,
            Map<String, JsonValue> shown,
            Map<String, JsonValue> real,
            List<String> differences) {
        if (!shown.keySet().equals(real.keySet())) {
            differences.add(where + " has the members " + new TreeSet<>(real.keySet()) + ", shown are "
                    + new TreeSet<>(shown.keySet()));
            return;
        }
        boolean ofOneKind = TEXTS.contains(member) || TRUTHS.contains(member);
        shown.forEach((name, value) -> compare(
                where + "." + name,
                ofOneKind ? member : name,
                value,
                java.util.Objects.requireNonNull(real.get(name)),
                differences));
    }

    /** A text of the page stands for one of this run. */
    boolean isLike(String shown, String real) {
        StringBuilder pattern = new StringBuilder();
        List<String> unknown = new ArrayList<>();
        int from = 0;
        Matcher special = Pattern.compile(ID + "|" + ANY).matcher(shown);
        while (special.find()) {
            pattern.append(Pattern.quote(shown.substring(from, special.start())));
            pattern.append(form(special.group(), unknown));
            from = special.end();
        }
        pattern.append(Pattern.quote(shown.substring(from)));
        Matcher matcher = Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(real);
        if (!matcher.matches()) {
            return false;
        }
        for (int i = 0; i < unknown.size(); i++) {
            ids.put(unknown.get(i), matcher.group(i + 1));
        }
        return true;
    }

    private String form(String special, List<String> unknown) {
        if (ID.matcher(special).matches()) {
            if (ids.containsKey(special)) {
                return Pattern.quote(real(special));
            }
            unknown.add(special);
            return "(" + special.replaceAll("_.*", "") + "_[A-Za-z0-9]{12})";
        }
        if (special.startsWith("sha256:")) {
            return "sha256:[0-9a-f]{64}";
        }
        return special.equals("...") ? ".*" : "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z";
    }
}
