package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxEvent.Action;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Compares what the records say with what the engine says, when a daemon starts. A box that runs is taken over,
 * whatever its record says; one that does not is stopped. What has no record is the leftover of a crash, or the box of
 * a {@code run} whose client is gone, and is removed. A record that cannot be read is kept, and shown as an error.
 */
final class Reconciler {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());

    private final Engine engine;
    private final BoxBook book;
    private final Quota quota;

    Reconciler(Engine engine, BoxBook book, Quota quota) {
        this.engine = engine;
        this.book = book;
        this.quota = quota;
    }

    void run() {
        List<BoxStore.Found> boxes = book.store().all();
        Set<BoxId> leftovers = new HashSet<>(engine.survivors());
        boxes.forEach(found -> leftovers.remove(found.id()));
        // At once: a box whose agent does not answer holds up the start no longer than all such boxes together.
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            boxes.forEach(found -> workers.execute(() -> take(found)));
            leftovers.forEach(id -> workers.execute(() -> sweep(id)));
        }
    }

    private void take(BoxStore.Found found) {
        if (found.record().isPresent()) {
            take(found.id(), found.record().get());
        } else if (found.damage().isPresent()) {
            takeDamaged(found.id(), found.damage().get());
        } else {
            sweep(found.id());
        }
    }

    private void take(BoxId id, BoxRecord record) {
        BoxRecord right = compared(id, record);
        if (!right.equals(record)) {
            save(id, right);
        }
        if (right.box().status() == BoxStatus.RUNNING) {
            quota.adopt(id, right.box().cpu(), right.box().memoryMb());
        }
        BoxEntry entry = new BoxEntry(id, right);
        try {
            book.registry().add(entry);
        } catch (ProblemException sameName) {
            takeDamaged(id, sameName.message());
            return;
        }
        if (right.box().status() != record.box().status()) {
            tell(entry);
        }
    }

    /** What happened while no daemon ran. */
    private void tell(BoxEntry entry) {
        Action action =
                switch (entry.box().status()) {
                    case CREATING, RUNNING -> Action.STARTED;
                    case STOPPED -> Action.STOPPED;
                    case ERROR -> Action.FAILED;
                };
        book.happened(action, entry, Optional.ofNullable(entry.box().errorMessage()));
    }

    private BoxRecord compared(BoxId id, BoxRecord record) {
        BoxStatus status = record.box().status();
        Instant now = book.now();
        try {
            if (engine.adopt(id)) {
                return status == BoxStatus.RUNNING ? record : record.running(now);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot take over " + id, e);
            return record.failed(now, ErrorCode.RUNTIME_ERROR.name(), String.valueOf(e.getMessage()));
        }
        boolean ended = status == BoxStatus.RUNNING || status == BoxStatus.CREATING;
        return ended ? record.stopped(now, "it ended while no daemon ran") : record;
    }

    /** On a full disk the record stays as it was, and is compared again at the next start. */
    private void save(BoxId id, BoxRecord record) {
        try {
            book.store().save(id, record);
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, e.message());
        }
    }

    private void takeDamaged(BoxId id, String damage) {
        LOG.log(Level.WARNING, id + ": " + damage);
        book.registry().add(new BoxEntry(id, damaged(id, damage), false));
    }

    private void sweep(BoxId id) {
        LOG.log(Level.INFO, "removing what is left of " + id);
        try {
            engine.destroy(id);
            book.store().delete(id);
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
                book.now(),
                null,
                null);
    }
}
