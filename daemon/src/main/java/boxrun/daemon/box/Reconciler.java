package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what the records say with what the engine says, when a daemon starts. A box that runs is taken over,
 * whatever its record says; one that does not is stopped. What has no record is the leftover of a crash, or the box of
 * a {@code run} whose client is gone, and is removed. A record that cannot be read is kept, and shown as an error.
 */
final class Reconciler {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());

    private final Engine engine;
    private final BoxStore store;
    private final BoxRegistry registry;
    private final Quota quota;
    private final Clock clock;

    Reconciler(Engine engine, BoxStore store, BoxRegistry registry, Quota quota, Clock clock) {
        this.engine = engine;
        this.store = store;
        this.registry = registry;
        this.quota = quota;
        this.clock = clock;
    }

    void run() {
        Set<BoxId> alive = new HashSet<>(engine.survivors());
        for (BoxStore.Found found : store.all()) {
            boolean runs = alive.remove(found.id());
            if (found.record().isPresent()) {
                take(found.id(), found.record().get(), runs);
            } else if (found.damage().isPresent()) {
                LOG.log(Level.WARNING, found.id() + ": " + found.damage().get());
                registry.add(new BoxEntry(
                        found.id(), damaged(found.id(), found.damage().get()), false));
            } else {
                sweep(found.id());
            }
        }
        alive.forEach(this::sweep);
    }

    private void take(BoxId id, BoxRecord record, boolean runs) {
        boolean adopted = runs && adopt(id);
        BoxRecord right = record;
        if (adopted && record.box().status() != BoxStatus.RUNNING) {
            right = record.running(clock.instant().truncatedTo(ChronoUnit.MILLIS));
        } else if (!adopted
                && record.box().status() != BoxStatus.STOPPED
                && record.box().status() != BoxStatus.ERROR) {
            right = record.stopped(clock.instant().truncatedTo(ChronoUnit.MILLIS), "it ended while no daemon ran");
        }
        if (!right.equals(record)) {
            store.save(id, right);
        }
        if (adopted) {
            quota.adopt(id, right.box().cpu(), right.box().memoryMb());
        }
        registry.add(new BoxEntry(id, right));
    }

    private boolean adopt(BoxId id) {
        try {
            return engine.adopt(id);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot take over " + id, e);
            return false;
        }
    }

    private void sweep(BoxId id) {
        LOG.log(Level.INFO, "removing what is left of " + id);
        try {
            engine.destroy(id);
            store.delete(id);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot remove what is left of " + id, e);
        }
    }

    private Box damaged(BoxId id, String damage) {
        return new Box(
                id.value(),
                null,
                BoxStatus.ERROR,
                "unknown",
                BigDecimal.ONE,
                1,
                1,
                false,
                "/",
                Map.of(),
                List.of(),
                "RUNTIME_ERROR",
                damage,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                null,
                null);
    }
}
