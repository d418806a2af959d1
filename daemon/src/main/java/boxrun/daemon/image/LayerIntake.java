package boxrun.daemon.image;

import boxrun.api.PullProgress;
import boxrun.api.PullProgress.Phase;
import boxrun.daemon.oci.Digest;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Gets layers into the store: each at most once at a time, and not too many at once. */
final class LayerIntake {
    /** Each takes a connection, a process and a core: more do not make it faster. */
    private static final int AT_ONCE = 4;

    /** Gets one layer that is not in the store, and publishes it there. */
    interface Source {
        Layer get(PullListener listener) throws InterruptedException;
    }

    private final LayerStore store;
    private final Flights<Digest, Layer> flights = new Flights<>();
    private final Semaphore places = new Semaphore(AT_ONCE);

    LayerIntake(LayerStore store) {
        this.store = store;
    }

    /** @param shown digest by which the listener knows the layer */
    Layer obtain(Digest diffId, Digest shown, PullListener listener, Source source) throws InterruptedException {
        Optional<Layer> present = store.find(diffId);
        if (present.isPresent()) {
            listener.progress(new PullProgress(Phase.PRESENT, shown.value(), 0, 0));
            return present.get();
        }
        return flights.share(diffId, listener, all -> {
            places.acquire();
            try {
                Optional<Layer> meanwhile = store.find(diffId);
                return meanwhile.isPresent() ? meanwhile.get() : source.get(all);
            } finally {
                places.release();
            }
        });
    }
}
