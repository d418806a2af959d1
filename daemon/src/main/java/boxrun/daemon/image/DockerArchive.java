package boxrun.daemon.image;

import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.ImageConfig;
import boxrun.daemon.oci.Manifest;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docker save} and {@code podman save} write: {@code manifest.json}, and beside it what it names. */
final class DockerArchive {
    static final String MANIFEST = "manifest.json";

    private static final int MAX_DOCUMENT = 4 << 20;
    private static final Pattern HASH = Pattern.compile("(?:.*/)?([0-9a-f]{64})(?:\\.json)?");

    private DockerArchive() {}

    /** All images in it, in their order. */
    static List<LocalImageSource> images(FileTree tree) throws IOException {
        try {
            if (!(Json.OCI.tree(tree.read(MANIFEST, MAX_DOCUMENT)) instanceof JsonArray(List<JsonValue> entries))) {
                throw new LayerException("its " + MANIFEST + " is not a list");
            }
            List<LocalImageSource> images = new ArrayList<>();
            for (JsonValue entry : entries) {
                images.add(image(tree, entry.asObject(MANIFEST)));
            }
            return images;
        } catch (MalformedJsonException e) {
            throw new LayerException("its " + MANIFEST + " or a configuration cannot be read: " + e.message());
        }
    }

    private static LocalImageSource image(FileTree tree, JsonObject entry) throws IOException {
        String configPath = entry.string("Config").orElse("");
        byte[] content = tree.read(configPath, MAX_DOCUMENT);
        Digest digest = Sha256.of(content);
        Matcher hash = HASH.matcher(configPath);
        if (hash.matches() && !hash.group(1).equals(digest.hex())) {
            throw LayerException.damaged("its " + configPath + " has the digest " + digest + " instead");
        }
        ImageConfig config = ImageConfig.parse(content);
        List<String> paths = entry.strings("Layers");
        if (paths.size() != config.diffIds().size() || paths.size() > Manifest.MAX_LAYERS) {
            throw new LayerException("it has " + paths.size() + " layers, and its configuration names "
                    + config.diffIds().size());
        }
        List<LocalImageSource.LayerFile> layers = new ArrayList<>();
        for (String path : paths) {
            layers.add(new LocalImageSource.LayerFile(config.diffIds().get(layers.size()), tree, path));
        }
        return new LocalImageSource(entry.strings("RepoTags"), digest, config, layers);
    }
}
