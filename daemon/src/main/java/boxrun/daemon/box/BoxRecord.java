package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.engine.Limits;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.oci.ImageConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable record of a box: what clients see, and what is needed to start it again.
 *
 * @param engine the name of the engine that has its disk
 * @param options never null, but records of versions that did not know them have none
 */
record BoxRecord(
        Box box, String engine, StoredImage image, @Nullable BoxOptions options) {

    @Override
    public BoxOptions options() {
        return options == null ? BoxOptions.NONE : options;
    }

    /** A {@link LocalImage} with paths as text. */
    record StoredImage(String reference, String digest, ImageConfig.Defaults defaults, Files files) {

        /** A {@link Rootfs} with paths as text. */
        sealed interface Files {
            record Layers(String store, List<String> names) implements Files {}

            record Directory(String path) implements Files {}

            record Host() implements Files {}
        }

        static StoredImage of(LocalImage image) {
            Files files =
                    switch (image.rootfs()) {
                        case Rootfs.Layers layers -> new Files.Layers("" + layers.store(), layers.names());
                        case Rootfs.Directory directory -> new Files.Directory("" + directory.path());
                        case Rootfs.Host host -> new Files.Host();
                    };
            return new StoredImage(image.reference(), image.digest(), image.defaults(), files);
        }

        LocalImage image() {
            Rootfs rootfs =
                    switch (files) {
                        case Files.Layers layers -> new Rootfs.Layers(Path.of(layers.store()), layers.names());
                        case Files.Directory directory -> new Rootfs.Directory(Path.of(directory.path()));
                        case Files.Host host -> new Rootfs.Host();
                    };
            return new LocalImage(reference, digest, defaults, rootfs);
        }
    }

    /**
     * What the engine is to make of it.
     *
     * @param pids processes and threads that a box may have when it asks for no number
     */
    Launch launch(int pids, boolean ephemeral) {
        Limits limits = new Limits(
                box.cpu(), box.memoryMb(), box.diskSizeGb(), options().ownPids().orElse(pids));
        return new Launch(
                image.image(), limits, box.network(), options().ports(), box.volumes(), Hostnames.of(box), ephemeral);
    }

    BoxRecord running(Instant now) {
        return with(box.name(), BoxStatus.RUNNING, null, null, now, box.stoppedAt());
    }

    /** @param reason why it stopped without having been asked to, or null */
    BoxRecord stopped(Instant now, @Nullable String reason) {
        String code = reason == null ? null : "RUNTIME_ERROR";
        return with(box.name(), BoxStatus.STOPPED, code, reason, box.startedAt(), now);
    }

    BoxRecord failed(Instant now, String code, String message) {
        return with(box.name(), BoxStatus.ERROR, code, message, box.startedAt(), now);
    }

    BoxRecord named(String name) {
        return with(name, box.status(), box.errorCode(), box.errorMessage(), box.startedAt(), box.stoppedAt());
    }

    private BoxRecord with(
            @Nullable String name,
            BoxStatus status,
            @Nullable String errorCode,
            @Nullable String errorMessage,
            @Nullable Instant startedAt,
            @Nullable Instant stoppedAt) {
        Box changed = new Box(
                box.id(),
                name,
                status,
                box.image(),
                box.cpu(),
                box.memoryMb(),
                box.diskSizeGb(),
                box.network(),
                box.workdir(),
                box.env(),
                box.volumes(),
                errorCode,
                errorMessage,
                box.createdAt(),
                startedAt,
                stoppedAt);
        return new BoxRecord(changed, engine, image, options);
    }
}
