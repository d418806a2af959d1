package boxrun.daemon.oci;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;

/** Tells an index from a manifest. */
public sealed interface Documents {
    /** Registries refuse larger manifests too (4 MiB by the distribution specification). */
    int MAX_BYTES = 4 << 20;

    /** A list of images. */
    record OfIndex(Index index) implements Documents {}

    /** One image. */
    record OfManifest(Manifest manifest) implements Documents {}

    /**
     * Reads a document.
     *
     * @param mediaType what its sender called it; what the document says of itself is asked when that tells nothing
     * @throws MalformedJsonException when it is neither
     */
    static Documents parse(String mediaType, byte[] text) {
        JsonObject json = Json.OCI.maxBytes(MAX_BYTES).tree(text).asObject("manifest");
        String type = MediaTypes.isIndex(mediaType) || MediaTypes.isManifest(mediaType)
                ? mediaType
                : json.string("mediaType").orElse("");
        if (MediaTypes.isIndex(type)
                || (type.isEmpty() && json.member("manifests").isPresent())) {
            return new OfIndex(Index.parse(json));
        }
        if (MediaTypes.isManifest(type)
                || (type.isEmpty() && json.member("layers").isPresent())) {
            return new OfManifest(Manifest.parse(json));
        }
        long version = json.integer("schemaVersion").orElse(0L);
        throw new MalformedJsonException(
                "",
                version == 1
                        ? "it is in Docker's schema 1, which registries have given up"
                        : "it is of the unknown type \"" + (type.isEmpty() ? mediaType : type) + "\"");
    }
}
