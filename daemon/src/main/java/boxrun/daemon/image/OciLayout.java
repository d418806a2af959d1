package boxrun.daemon.image;

import boxrun.daemon.oci.Descriptor;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.Documents;
import boxrun.daemon.oci.ImageConfig;
import boxrun.daemon.oci.Index;
import boxrun.daemon.oci.Manifest;
import boxrun.daemon.oci.MediaTypes;
import boxrun.daemon.oci.Platform;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An OCI image layout: {@code index.json} and the blobs that it names. */
final class OciLayout {
    static final String INDEX = "index.json";

    private static final String TAG = "org.opencontainers.image.ref.name";
    private static final String NAME = "io.containerd.image.name";

    private OciLayout() {}

    /** All images in it for this machine, in their order. */
    static List<LocalImageSource> images(FileTree tree) throws IOException {
        try {
            Index index = Index.parse(tree.read(INDEX, Documents.MAX_BYTES));
            List<LocalImageSource> images = new ArrayList<>();
            for (Descriptor descriptor : index.manifests()) {
                image(tree, descriptor).ifPresent(images::add);
            }
            return images;
        } catch (MalformedJsonException e) {
            throw new LayerException("one of its documents cannot be read: " + e.message());
        }
    }

    private static Optional<LocalImageSource> image(FileTree tree, Descriptor top) throws IOException {
        Platform machine = Platform.ofThisMachine();
        Descriptor descriptor = top;
        Documents document = Documents.parse(top.mediaType(), blob(tree, top));
        if (document instanceof Documents.OfIndex(Index nested)) {
            Optional<Descriptor> selected = nested.select(machine);
            if (selected.isEmpty()) {
                return Optional.empty();
            }
            descriptor = selected.get();
            document = Documents.parse(descriptor.mediaType(), blob(tree, descriptor));
        }
        if (!(document instanceof Documents.OfManifest(Manifest manifest))) {
            throw new LayerException("its index leads to an index of an index");
        }
        ImageConfig config = ImageConfig.parse(blob(tree, manifest.config()));
        if (!config.platform().architecture().isEmpty() && !machine.runs(config.platform())) {
            return Optional.empty();
        }
        return Optional.of(
                new LocalImageSource(names(top), descriptor.digest(), config, layers(tree, manifest, config)));
    }

    private static List<LocalImageSource.LayerFile> layers(FileTree tree, Manifest manifest, ImageConfig config)
            throws LayerException {
        if (manifest.layers().size() != config.diffIds().size()) {
            throw new LayerException("it has " + manifest.layers().size() + " layers, and its configuration names "
                    + config.diffIds().size());
        }
        List<LocalImageSource.LayerFile> layers = new ArrayList<>();
        for (Descriptor layer : manifest.layers()) {
            if (!MediaTypes.isLayer(layer.mediaType())) {
                throw new LayerException("it has a layer of the unknown type " + layer.mediaType());
            }
            Digest diffId = config.diffIds().get(layers.size());
            layers.add(new LocalImageSource.LayerFile(diffId, tree, path(layer.digest())));
        }
        return layers;
    }

    private static List<String> names(Descriptor descriptor) {
        List<String> names = new ArrayList<>();
        for (String key : List.of(NAME, TAG)) {
            String name = descriptor.annotations().getOrDefault(key, "");
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    private static byte[] blob(FileTree tree, Descriptor descriptor) throws IOException {
        byte[] content = tree.read(path(descriptor.digest()), Documents.MAX_BYTES);
        Digest digest = Sha256.of(content);
        if (!digest.equals(descriptor.digest())) {
            throw LayerException.damaged("its " + path(descriptor.digest()) + " has the digest " + digest + " instead");
        }
        return content;
    }

    private static String path(Digest digest) {
        return "blobs/sha256/" + digest.hex();
    }
}
