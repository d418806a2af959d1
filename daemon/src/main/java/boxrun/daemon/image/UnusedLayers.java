package boxrun.daemon.image;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Removes layers that no image and no box needs. A layer that was handed out a moment ago may be on its way into a box
 * that is not known yet, so it stays for a while; the next removal, or the next start, takes it.
 */
final class UnusedLayers {
    /** From an image that is ready to a box that is recorded: a matter of milliseconds. */
    private static final Duration ON_THE_WAY = Duration.ofMinutes(1);

    private final LayerStore store;
    private final ImageRecords records;
    private final Supplier<Set<String>> inUse;
    private final Map<String, Instant> handedOut = new ConcurrentHashMap<>();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    UnusedLayers(LayerStore store, ImageRecords records, Supplier<Set<String>> inUse) {
        this.store = store;
        this.records = records;
        this.inUse = inUse;
    }

    /** Nothing is removed until the same thread calls {@link #resume}; several may pause. */
    void pause() {
        lock.readLock().lock();
    }

    void resume() {
        lock.readLock().unlock();
    }

    void handedOut(List<String> names) {
        Instant now = Instant.now();
        names.forEach(name -> handedOut.put(name, now));
    }

    /** Removes what is not needed, unless an image is being taken in just now: then the next call does. */
    void remove() {
        if (!lock.writeLock().tryLock()) {
            return;
        }
        try {
            Instant recent = Instant.now().minus(ON_THE_WAY);
            handedOut.values().removeIf(time -> time.isBefore(recent));
            Set<String> needed = new HashSet<>(inUse.get());
            records.all()
                    .forEach(record -> record.layers()
                            .forEach(layer -> needed.add(layer.diffId().substring("sha256:".length()))));
            for (Layer layer : store.all()) {
                if (!needed.contains(layer.name()) && !handedOut.containsKey(layer.name())) {
                    store.remove(layer);
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
