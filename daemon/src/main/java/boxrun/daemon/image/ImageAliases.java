package boxrun.daemon.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Short names that stand for one version of an image, so that what a script gets does not change under it. */
final class ImageAliases {
    private static final Map<String, String> ALIASES = aliases();

    private ImageAliases() {}

    private static Map<String, String> aliases() {
        Map<String, String> aliases = new LinkedHashMap<>();
        aliases.put("default", "ubuntu:24.04");
        aliases.put("ubuntu", "ubuntu:24.04");
        aliases.put("python", "python:3.12-slim");
        aliases.put("node", "node:22-slim");
        aliases.put("golang", "golang:1.22");
        aliases.put("rust", "rust:1.77-slim");
        aliases.put("alpine", "alpine:3.20");
        return Collections.unmodifiableMap(aliases);
    }

    static Map<String, String> all() {
        return ALIASES;
    }

    /** What the text stands for: only the whole text is an alias, never a part of it. */
    static String expand(String text) {
        return ALIASES.getOrDefault(text, text);
    }

    /** The aliases of a reference in full. */
    static List<String> of(String reference) {
        return ALIASES.entrySet().stream()
                .filter(alias ->
                        ImageReference.parse(alias.getValue()).toString().equals(reference))
                .map(Map.Entry::getKey)
                .toList();
    }
}
