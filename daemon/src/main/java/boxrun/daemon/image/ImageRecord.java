package boxrun.daemon.image;

import boxrun.api.Image;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.ImageConfig;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps of an image, as it is written to disk.
 *
 * @param reference in full
 * @param digest of the manifest; for archives of docker, which have none, of the configuration
 */
record ImageRecord(
        String reference,
        String digest,
        String platform,
        @Nullable Instant createdAt,
        Instant pulledAt,
        List<StoredLayer> layers,
        List<String> entrypoint,
        List<String> cmd,
        Map<String, String> env,
        String workdir,
        String user) {

    /** A layer of it. */
    record StoredLayer(String diffId, long bytes) {}

    static ImageRecord of(String reference, Digest digest, ImageConfig config, List<Layer> layers, Instant now) {
        ImageConfig.Defaults defaults = config.defaults();
        return new ImageRecord(
                reference,
                digest.value(),
                config.platform().toString(),
                config.created().orElse(null),
                now,
                layers.stream()
                        .map(layer -> new StoredLayer(layer.diffId().value(), layer.bytes()))
                        .toList(),
                defaults.entrypoint(),
                defaults.cmd(),
                defaults.env(),
                defaults.workdir(),
                defaults.user());
    }

    List<Digest> diffIds() {
        return layers.stream().map(layer -> new Digest(layer.diffId())).toList();
    }

    ImageConfig.Defaults defaults() {
        return new ImageConfig.Defaults(entrypoint, cmd, env, workdir, user);
    }

    Image image() {
        return new Image(
                reference,
                digest,
                platform,
                layers.stream().mapToLong(StoredLayer::bytes).sum(),
                layers.size(),
                ImageAliases.of(reference),
                createdAt,
                pulledAt);
    }
}
