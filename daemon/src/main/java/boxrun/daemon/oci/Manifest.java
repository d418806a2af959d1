package boxrun.daemon.oci;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;

/** What an image is made of: its configuration and its layers, lowest first. */
public record Manifest(Descriptor config, List<Descriptor> layers) {
    /** More than any engine can mount over each other. */
    public static final int MAX_LAYERS = 500;

    public Manifest {
        layers = List.copyOf(layers);
    }

    /**
     * Reads the document.
     *
     * @throws MalformedJsonException when it is not an image manifest
     */
    public static Manifest parse(byte[] text) {
        return parse(Json.OCI.maxBytes(Documents.MAX_BYTES).tree(text).asObject("manifest"));
    }

    static Manifest parse(JsonObject json) {
        JsonObject config = json.object("config").orElseThrow(() -> new MalformedJsonException("config", "is missing"));
        List<JsonObject> entries = json.objects("layers");
        if (entries.size() > MAX_LAYERS) {
            throw new MalformedJsonException("layers", "more than " + MAX_LAYERS + " entries");
        }
        List<Descriptor> layers = new ArrayList<>();
        for (JsonObject entry : entries) {
            layers.add(Descriptor.parse("layers[" + layers.size() + "]", entry));
        }
        return new Manifest(Descriptor.parse("config", config), layers);
    }
}
