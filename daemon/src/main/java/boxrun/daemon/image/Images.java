package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.Image;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.api.PullProgress;
import boxrun.api.PullProgress.Phase;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.ImageConfig;
import boxrun.daemon.registry.Registry;
import boxrun.daemon.registry.RegistrySettings;
import boxrun.daemon.store.Failpoint;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The images of this machine, and how they get here. All methods block and may be called from any (virtual) thread.
 * Failures are {@link ProblemException}: {@code VALIDATION_ERROR} for a reference or a local file that cannot be right,
 * {@code IMAGE_NOT_FOUND} when whoever was asked has no such image, {@code IMAGE_PULL_FAILED} when a registry fails,
 * {@code RUNTIME_ERROR} when this machine does.
 */
public final class Images implements AutoCloseable {
    private final LayerStore layers;
    private final ImageRecords records;
    private final UnusedLayers unused;
    private final RegistrySource registry;
    private final LocalSource local;

    private Images(
            LayerStore layers, ImageRecords records, UnusedLayers unused, RegistrySource registry, LocalSource local) {
        this.layers = layers;
        this.records = records;
        this.unused = unused;
        this.registry = registry;
        this.local = local;
    }

    /**
     * Opens the images below a directory, which is made when missing, and removes what a crash has left.
     *
     * @param directory {@code Home.images()}; no other process may have it open
     * @param inUse names of layers (as in {@link Rootfs.Layers}) that boxes are made of; asked before layers are
     *     removed
     */
    public static Images open(
            Path directory,
            Launcher launcher,
            RegistrySettings registries,
            LayerLimits limits,
            Supplier<Set<String>> inUse) {
        LayerStore layers = LayerStore.open(directory, launcher, limits);
        ImageRecords records = ImageRecords.open(directory);
        LayerIntake intake = new LayerIntake(layers);
        Registry registry = new Registry(registries);
        return new Images(
                layers,
                records,
                new UnusedLayers(layers, records, inUse),
                new RegistrySource(
                        registry, intake, LayerDownload.into(directory.resolve("partial"), registry, layers)),
                new LocalSource(layers, intake, limits));
    }

    /**
     * Makes an image ready to be launched. Interrupting the thread cancels it; what was downloaded until then is kept
     * for the next attempt, and no half-unpacked layer is ever visible.
     *
     * @param reference as a user writes it, aliases included
     */
    public LocalImage resolve(String reference, PullPolicy policy, PullListener listener) {
        return switch (ImageReference.parse(ImageAliases.expand(reference))) {
            case ImageReference.Host host -> unlayered(host, new Rootfs.Host());
            case ImageReference.Directory directory ->
                unlayered(directory, new Rootfs.Directory(RootDirectory.check(directory.path())));
            case ImageReference.Stored stored -> ready(stored(stored));
            case ImageReference.Local archive ->
                kept(archive, listener, () -> List.of(local.take(archive, listener)))
                        .getFirst();
            case ImageReference.Remote remote -> remote(remote, policy, listener);
        };
    }

    private LocalImage remote(ImageReference.Remote image, PullPolicy policy, PullListener listener) {
        Optional<ImageRecord> known = records.find(image.toString()).filter(this::isWhole);
        return switch (policy) {
            case NEVER -> ready(known.orElseThrow(() -> missing(image)));
            case MISSING -> known.isPresent() ? ready(known.get()) : pull(image, listener);
            case ALWAYS -> pull(image, listener);
        };
    }

    private LocalImage pull(ImageReference.Remote image, PullListener listener) {
        return kept(image, listener, () -> List.of(registry.pull(image, listener)))
                .getFirst();
    }

    private interface Intake {
        List<ImageRecord> run() throws InterruptedException;
    }

    /** Runs an intake; no layer is removed between its coming and the record that says who needs it. */
    private List<LocalImage> kept(Object what, PullListener listener, Intake intake) {
        unused.pause();
        try {
            List<ImageRecord> taken = intake.run();
            Failpoint.reached("image.complete");
            taken.forEach(records::put);
            Failpoint.reached("image.recorded");
            List<LocalImage> ready = taken.stream().map(this::ready).toList();
            listener.progress(new PullProgress(Phase.DONE, null, 0, 0));
            return ready;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ErrorCode.IMAGE_PULL_FAILED, "the pull of " + what + " was cancelled")
                    .because(e);
        } finally {
            unused.resume();
        }
    }

    private static LocalImage unlayered(ImageReference reference, Rootfs rootfs) {
        return new LocalImage(reference.toString(), "", ImageConfig.Defaults.NONE, rootfs);
    }

    private LocalImage ready(ImageRecord record) {
        List<String> names = record.diffIds().stream().map(Digest::hex).toList();
        unused.handedOut(names);
        return new LocalImage(
                record.reference(), record.digest(), record.defaults(), new Rootfs.Layers(layers.directory(), names));
    }

    private boolean isWhole(ImageRecord record) {
        return record.diffIds().stream().allMatch(diffId -> layers.find(diffId).isPresent());
    }

    private ImageRecord stored(ImageReference.Stored stored) {
        return records.all().stream()
                .filter(record -> record.digest().equals(stored.digest().value()))
                .filter(this::isWhole)
                .findFirst()
                .orElseThrow(() -> missing(stored));
    }

    private static ProblemException missing(ImageReference image) {
        return new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "there is no image " + image + " on this machine")
                .hint(
                        image instanceof ImageReference.Remote
                                ? "get it with: boxrun pull " + image
                                : "see what there is with: boxrun images");
    }

    /** The images in the store, by reference. */
    public List<Image> list() {
        return records.all().stream().map(ImageRecord::image).toList();
    }

    /**
     * Takes in all images of an archive that {@code docker save}, {@code podman save} or {@code skopeo copy …
     * oci-archive:FILE} wrote. One without a name is known by its digest.
     */
    public List<Image> load(InputStream archive, PullListener listener) {
        List<LocalImage> loaded = kept("the archive", listener, () -> local.load(archive, listener));
        List<Image> images = new ArrayList<>();
        for (LocalImage image : loaded) {
            records.find(image.reference()).map(ImageRecord::image).ifPresent(images::add);
        }
        return images;
    }

    /** Forgets an image, and removes its layers that nothing else uses. Boxes made of it keep theirs. */
    public void remove(String reference) {
        ImageReference parsed = ImageReference.parse(ImageAliases.expand(reference));
        List<ImageRecord> forgotten =
                switch (parsed) {
                    case ImageReference.Stored(Digest digest) ->
                        records.all().stream()
                                .filter(record -> record.digest().equals(digest.value()))
                                .toList();
                    case ImageReference.Remote remote ->
                        records.find(remote.toString()).stream().toList();
                    case ImageReference.Local archive ->
                        records.find(archive.toString()).stream().toList();
                    case ImageReference.Directory directory -> List.of();
                    case ImageReference.Host host -> List.of();
                };
        if (forgotten.isEmpty()) {
            throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "there is no image " + parsed + " on this machine")
                    .hint("see what there is with: boxrun images");
        }
        forgotten.forEach(records::remove);
        unused.remove();
    }

    /** Removes layers that nothing uses any more; to be called once the boxes are known, after a start. */
    public void sweep() {
        unused.remove();
    }

    /**
     * Waits until the layers that came are on the disk; those of a daemon that is killed earlier last as long as its
     * host.
     */
    @Override
    public void close() {
        layers.close();
    }

    /** Short names and what they stand for. */
    public Map<String, String> aliases() {
        return ImageAliases.all();
    }
}
