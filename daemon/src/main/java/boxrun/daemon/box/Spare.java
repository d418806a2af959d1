package boxrun.daemon.box;

import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.engine.Limits;
import boxrun.daemon.image.Rootfs;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A box that was started in advance.
 *
 * @param launch what it is made of
 * @param wanted when the last run that could have taken it was over
 * @param made at zero when it runs, or could not be made
 */
record Spare(BoxId id, Kind kind, Launch launch, Instant wanted, CountDownLatch made) {

    /** What is known of the box of a run before its image is: the image as it was named, and the limits. */
    record Kind(String image, Limits limits) {}

    /** One that is to be made. */
    Spare(BoxId id, Kind kind, Launch launch, Instant wanted) {
        this(id, kind, launch, wanted, new CountDownLatch(1));
    }

    Spare wantedAt(Instant time) {
        return new Spare(id, kind, launch, time, made);
    }

    List<String> layers() {
        return launch.image().rootfs() instanceof Rootfs.Layers layers ? layers.names() : List.of();
    }
}
