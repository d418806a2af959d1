package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxEvent.Action;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.event.History;
import boxrun.daemon.image.Rootfs;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The boxes as they are known, in memory and on disk. Who changes one holds its lock, which {@link #changed} sees to.
 */
final class BoxBook {
    private static final System.Logger LOG = System.getLogger(BoxBook.class.getName());

    private final BoxRegistry registry = new BoxRegistry();
    private final BoxStore store;
    private final Clock clock;
    private final History history;
    private volatile BoxListener listener = new BoxListener() {
        @Override
        public void ended(BoxId box, String reason) {}

        @Override
        public void removed(BoxId box) {}
    };

    BoxBook(BoxStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.history = new History(clock);
    }

    BoxRegistry registry() {
        return registry;
    }

    BoxStore store() {
        return store;
    }

    BoxListener listener() {
        return listener;
    }

    /** Has somebody told from now on. */
    void tell(BoxListener newListener) {
        listener = newListener;
    }

    History history() {
        return history;
    }

    /** Tells those who watch. */
    void happened(Action action, BoxEntry entry, Optional<String> reason) {
        history.box(action, entry.id().value(), Optional.ofNullable(entry.box().name()), reason);
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** The names of the layers that boxes are made of. */
    Set<String> layers() {
        Set<String> layers = new HashSet<>();
        for (BoxEntry entry : registry.all()) {
            entry.record().ifPresent(record -> {
                if (record.image().image().rootfs() instanceof Rootfs.Layers image) {
                    layers.addAll(image.names());
                }
            });
        }
        return layers;
    }

    /** Changes a box, after whoever is changing it; {@code BOX_NOT_FOUND} also when he has removed it. */
    <T> T changed(String idOrName, Function<BoxEntry, T> change) {
        BoxEntry entry = registry.find(idOrName);
        return locked(entry, () -> {
            if (entry.gone()) {
                throw BoxRegistry.notFound(idOrName);
            }
            return change.apply(entry);
        });
    }

    static <T> T locked(BoxEntry entry, Supplier<T> change) {
        entry.lock().lock();
        try {
            return change.get();
        } finally {
            entry.lock().unlock();
        }
    }

    /** What is in memory is true; a record that could not be written is put right at the next start. */
    Box note(BoxEntry entry, BoxRecord record) {
        entry.record(record);
        if (!entry.ephemeral()) {
            try {
                store.save(entry.id(), record);
            } catch (ProblemException e) {
                LOG.log(Level.WARNING, e.message());
            }
        }
        return record.box();
    }

    /** The record of a box that can be used. */
    static BoxRecord record(BoxEntry entry) {
        return entry.record()
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.RUNTIME_ERROR,
                        "the box " + entry.id() + " cannot be used: "
                                + Optional.ofNullable(entry.box().errorMessage())
                                        .orElse("it is being created")));
    }

    /** Does something to a box, if it is there. */
    void ifKnown(BoxId id, Consumer<BoxEntry> change) {
        registry.find(id)
                .ifPresent(entry -> locked(entry, () -> {
                    change.accept(entry);
                    return entry;
                }));
    }

    /** Somebody whose client goes away is interrupted; what cleans up after him must not be, whenever that happens. */
    static void undisturbed(Runnable work) {
        FutureTask<Boolean> task = new FutureTask<>(work, true);
        Thread.ofVirtual().name("cleaning up").start(task);
        boolean interrupted = false;
        boolean over = false;
        try {
            while (!over) {
                try {
                    over = task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
