package boxrun.daemon.oci;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A list of images: one program for several platforms, or the table of contents of an OCI layout. */
public record Index(List<Descriptor> manifests) {
    private static final int MAX_MANIFESTS = 1000;

    public Index {
        manifests = List.copyOf(manifests);
    }

    /**
     * Reads the document.
     *
     * @throws MalformedJsonException when it is not an index
     */
    public static Index parse(byte[] text) {
        return parse(Json.OCI.maxBytes(Documents.MAX_BYTES).tree(text).asObject("index"));
    }

    static Index parse(JsonObject json) {
        List<JsonObject> entries = json.objects("manifests");
        if (entries.size() > MAX_MANIFESTS) {
            throw new MalformedJsonException("manifests", "more than " + MAX_MANIFESTS + " entries");
        }
        List<Descriptor> manifests = new ArrayList<>();
        for (JsonObject entry : entries) {
            manifests.add(Descriptor.parse("manifests[" + manifests.size() + "]", entry));
        }
        return new Index(manifests);
    }

    /** The image for a machine; of several the first. */
    public Optional<Descriptor> select(Platform machine) {
        return manifests.stream()
                .filter(manifest -> manifest.platform().isPresent()
                        && machine.runs(manifest.platform().get()))
                .findFirst();
    }

    /** The platforms there are, for a message. */
    public String platforms() {
        return manifests.stream()
                .flatMap(manifest -> manifest.platform().stream())
                .filter(platform -> !platform.os().equals("unknown"))
                .map(Platform::toString)
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
