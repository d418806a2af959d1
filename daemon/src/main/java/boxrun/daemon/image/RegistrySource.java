package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullProgress;
import boxrun.api.PullProgress.Phase;
import boxrun.daemon.oci.Descriptor;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.Documents;
import boxrun.daemon.oci.ImageConfig;
import boxrun.daemon.oci.Index;
import boxrun.daemon.oci.Manifest;
import boxrun.daemon.oci.MediaTypes;
import boxrun.daemon.oci.Platform;
import boxrun.daemon.registry.BlobSink;
import boxrun.daemon.registry.Registry;
import boxrun.daemon.registry.RegistryDocument;
import boxrun.json.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Pulls images from registries: the manifest for this machine, its configuration, its layers side by side. */
final class RegistrySource {
    private final Registry registry;
    private final LayerIntake intake;
    private final LayerDownload download;

    RegistrySource(Registry registry, LayerIntake intake, LayerDownload download) {
        this.registry = registry;
        this.intake = intake;
        this.download = download;
    }

    private record Found(Digest digest, Manifest manifest) {}

    ImageRecord pull(ImageReference.Remote image, PullListener listener) throws InterruptedException {
        listener.progress(new PullProgress(Phase.RESOLVING, null, 0, 0));
        Found found = manifest(image);
        ImageConfig config = config(image, found.manifest().config());
        List<Descriptor> blobs = found.manifest().layers();
        check(image, config, blobs);
        List<Layer> layers =
                Parallel.map(IntStream.range(0, blobs.size()).boxed().toList(), number -> {
                    Descriptor blob = blobs.get(number);
                    Digest diffId = config.diffIds().get(number);
                    return intake.obtain(
                            diffId, blob.digest(), listener, all -> download.get(image, blob, diffId, all));
                });
        return ImageRecord.of(image.toString(), found.digest(), config, layers, Instant.now());
    }

    private Found manifest(ImageReference.Remote image) throws InterruptedException {
        RegistryDocument document = registry.manifest(image.registry(), image.repository(), image.version());
        return switch (document.document()) {
            case Documents.OfManifest(Manifest manifest) -> new Found(document.digest(), manifest);
            case Documents.OfIndex(Index index) -> {
                Descriptor selected = select(image, index);
                RegistryDocument own = registry.manifest(
                        image.registry(), image.repository(), selected.digest().value());
                if (own.document() instanceof Documents.OfManifest(Manifest manifest)) {
                    yield new Found(own.digest(), manifest);
                }
                throw unusable(image, "its index leads to another index");
            }
        };
    }

    private static Descriptor select(ImageReference.Remote image, Index index) {
        Platform machine = Platform.ofThisMachine();
        return index.select(machine)
                .orElseThrow(
                        () -> new ProblemException(ErrorCode.IMAGE_NOT_FOUND, image + " is not there for " + machine)
                                .hint("it is there for: " + index.platforms()));
    }

    private ImageConfig config(ImageReference.Remote image, Descriptor descriptor) throws InterruptedException {
        if (descriptor.size() > Documents.MAX_BYTES) {
            throw unusable(image, "its configuration has " + descriptor.size() + " bytes");
        }
        Memory memory = new Memory();
        try {
            registry.blob(image.registry(), image.repository(), descriptor, memory);
            if (!Sha256.of(memory.bytes()).equals(descriptor.digest())) {
                throw unusable(image, "its configuration does not have the digest " + descriptor.digest());
            }
            return ImageConfig.parse(memory.bytes());
        } catch (MalformedJsonException e) {
            throw unusable(image, "its configuration cannot be read: " + e.message());
        } catch (BlobSink.SinkException e) {
            throw new IllegalStateException("memory takes everything", e);
        }
    }

    private static void check(ImageReference.Remote image, ImageConfig config, List<Descriptor> blobs) {
        Platform machine = Platform.ofThisMachine();
        if (!config.platform().architecture().isEmpty() && !machine.runs(config.platform())) {
            throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, image + " is not there for " + machine)
                    .hint("it is there for: " + config.platform());
        }
        if (config.diffIds().size() != blobs.size()) {
            throw unusable(
                    image,
                    "it has " + blobs.size() + " layers, and its configuration names "
                            + config.diffIds().size());
        }
        Optional<Descriptor> foreign = blobs.stream()
                .filter(blob -> !MediaTypes.isLayer(blob.mediaType()))
                .findFirst();
        if (foreign.isPresent()) {
            throw unusable(
                    image, "it has a layer of the unknown type " + foreign.get().mediaType());
        }
    }

    private static ProblemException unusable(ImageReference.Remote image, String why) {
        return new ProblemException(ErrorCode.IMAGE_PULL_FAILED, "could not pull " + image + ": " + why)
                .hint("boxrun takes container images for Linux in the formats of OCI and Docker (schema 2)");
    }

    /** A sink for small blobs. */
    private static final class Memory implements BlobSink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public long position() {
            return bytes.size();
        }

        @Override
        public void write(byte[] part, int offset, int count) {
            bytes.write(part, offset, count);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
