package boxrun.daemon.box;

import boxrun.api.BoxEvent.Action;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.store.Failpoint;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Removes boxes with their disks and all that belongs to them: one that somebody names, or all that are old. */
final class Removal {
    private static final System.Logger LOG = System.getLogger(Removal.class.getName());

    private final Engine engine;
    private final BoxBook book;
    private final Quota quota;
    private final Spares spares;

    Removal(Engine engine, BoxBook book, Quota quota, Spares spares) {
        this.engine = engine;
        this.book = book;
        this.quota = quota;
        this.spares = spares;
    }

    /** Removes a box; one that runs only with {@code force}. */
    void remove(String idOrName, boolean force) {
        book.changed(idOrName, entry -> {
            if (!force && entry.box().status() == BoxStatus.RUNNING) {
                throw new ProblemException(ErrorCode.BOX_ALREADY_RUNNING, "the box " + idOrName + " runs")
                        .hint("stop it first, or remove it anyway with: boxrun rm --force " + idOrName);
            }
            BoxBook.undisturbed(() -> remove(entry));
            return entry.box();
        });
    }

    private void remove(BoxEntry entry) {
        book.store().forget(entry.id());
        entry.ending(true);
        Failpoint.reached("remove.forgotten");
        try {
            engine.destroy(entry.id());
            Failpoint.reached("remove.destroyed");
            book.listener().ended(entry.id(), "the box was removed");
            book.listener().removed(entry.id());
            book.store().delete(entry.id());
            Failpoint.reached("remove.deleted");
        } catch (RuntimeException failure) {
            book.store().remember(entry.id());
            entry.ending(false);
            throw failure;
        }
        if (entry.ephemeral()) {
            entry.record().ifPresent(spares::used);
        }
        book.registry().remove(entry);
        quota.release(entry.id());
        book.happened(Action.REMOVED, entry, Optional.empty());
    }

    /** Removes the boxes that are {@linkplain BoxEntry#isUnusedSince unused} for so long; says how many. */
    int gc(Duration age) {
        Instant limit = book.now().minus(age);
        int removed = 0;
        for (BoxEntry candidate : book.registry().all()) {
            // A box that somebody is working with is not forgotten.
            if (candidate.isUnusedSince(limit) && candidate.lock().tryLock()) {
                try {
                    if (!candidate.gone() && candidate.isUnusedSince(limit)) {
                        BoxBook.undisturbed(() -> remove(candidate));
                        removed++;
                    }
                } catch (ProblemException e) {
                    // Others can be removed all the same; whoever removes this one by name is told why it stays.
                    LOG.log(Level.WARNING, e.message());
                } finally {
                    candidate.lock().unlock();
                }
            }
        }
        return removed;
    }
}
