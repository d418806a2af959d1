package boxrun.daemon.oci;

import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.util.Map;
import java.util.Optional;

/**
 * Points to a document or blob.
 *
 * @param size in bytes
 * @param platform in an index: what the image is for
 */
public record Descriptor(
        String mediaType, Digest digest, long size, Optional<Platform> platform, Map<String, String> annotations) {
    public Descriptor {
        if (size < 0) {
            throw new IllegalArgumentException("a negative size");
        }
        annotations = Map.copyOf(annotations);
    }

    static Descriptor parse(String path, JsonObject json) {
        String digest = json.string("digest").orElseThrow(() -> missing(path, "digest"));
        long size = json.integer("size").orElseThrow(() -> missing(path, "size"));
        try {
            return new Descriptor(
                    json.string("mediaType").orElseThrow(() -> missing(path, "mediaType")),
                    new Digest(digest),
                    size,
                    json.object("platform")
                            .map(platform -> new Platform(
                                    platform.string("os").orElse(""),
                                    platform.string("architecture").orElse(""),
                                    platform.string("variant").orElse(""))),
                    json.stringMap("annotations"));
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException(path, String.valueOf(e.getMessage()));
        }
    }

    private static MalformedJsonException missing(String path, String name) {
        return new MalformedJsonException(path + "." + name, "is missing");
    }
}
