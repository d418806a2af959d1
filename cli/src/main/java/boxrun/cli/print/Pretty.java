package boxrun.cli.print;

import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.Quick;
import java.util.List;
import java.util.Map;

/** JSON with a line for each member, as people read it and programs do not mind. */
public final class Pretty {
    private Pretty() {}

    /** Without a line break at the end. */
    public static String text(JsonValue value) {
        StringBuilder text = new StringBuilder();
        append(text, value, "\n");
        return text.toString();
    }

    private static void append(StringBuilder text, JsonValue value, String lineBreak) {
        String deeper = lineBreak + "  ";
        switch (value) {
            case JsonObject(Map<String, JsonValue> members)
            when !members.isEmpty() -> {
                String separator = "{";
                for (Map.Entry<String, JsonValue> member : members.entrySet()) {
                    text.append(separator).append(deeper);
                    text.append(Quick.encode(member.getKey())).append(": ");
                    append(text, member.getValue(), deeper);
                    separator = ",";
                }
                text.append(lineBreak).append('}');
            }
            case JsonArray(List<JsonValue> elements)
            when !elements.isEmpty() -> {
                String separator = "[";
                for (JsonValue element : elements) {
                    text.append(separator).append(deeper);
                    append(text, element, deeper);
                    separator = ",";
                }
                text.append(lineBreak).append(']');
            }
            default -> text.append(Quick.encode(value));
        }
    }
}
