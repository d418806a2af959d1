package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.daemon.engine.BoxId;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One box in memory. Whoever changes its state holds its lock; anybody may look at it. */
final class BoxEntry {
    private final BoxId id;
    private final boolean ephemeral;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Box box;
    private volatile @Nullable BoxRecord record;
    private volatile boolean ending;
    private volatile boolean gone;

    BoxEntry(BoxId id, Box box, boolean ephemeral) {
        this.id = id;
        this.box = box;
        this.ephemeral = ephemeral;
    }

    BoxEntry(BoxId id, BoxRecord record) {
        this(id, record.box(), false);
        this.record = record;
    }

    BoxId id() {
        return id;
    }

    Box box() {
        return box;
    }

    boolean ephemeral() {
        return ephemeral;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Notes what it will be, while it is being created. */
    void expect(BoxRecord future) {
        record = future;
    }

    /** Empty until its image is there, and when its record is damaged. */
    Optional<BoxRecord> record() {
        return Optional.ofNullable(record);
    }

    void record(BoxRecord changed) {
        record = changed;
        box = changed.box();
    }

    /** Whether its processes are being ended because somebody asked for it. */
    boolean ending() {
        return ending;
    }

    void ending(boolean now) {
        ending = now;
    }

    /** Whether it was removed while somebody waited for its lock. */
    boolean gone() {
        return gone;
    }

    void markGone() {
        gone = true;
    }
}
