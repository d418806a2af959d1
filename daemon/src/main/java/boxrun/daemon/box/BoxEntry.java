package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.daemon.engine.BoxId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    private BoxEntry(BoxId id, Box box, boolean ephemeral, @Nullable BoxRecord record) {
        this.id = id;
        this.box = box;
        this.ephemeral = ephemeral;
        this.record = record;
    }

    /** A box that is being made. */
    BoxEntry(BoxId id, Box box, boolean ephemeral) {
        this(id, box, ephemeral, null);
    }

    /** A box that an earlier daemon made. */
    BoxEntry(BoxId id, BoxRecord record) {
        this(id, record.box(), false, record);
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

    synchronized void record(BoxRecord changed) {
        record = changed;
        box = changed.box();
        notifyAll();
    }

    BoxOptions options() {
        return record().map(BoxRecord::options).orElse(BoxOptions.NONE);
    }

    /**
     * Whether nobody seems to need it: it was stopped no later than that, or was made then and failed. A damaged record
     * is kept until somebody removes it by name.
     */
    boolean isUnusedSince(Instant limit) {
        Box current = box;
        Instant since =
                switch (current.status()) {
                    case STOPPED -> current.stoppedAt();
                    case ERROR -> current.createdAt();
                    case CREATING, RUNNING -> null;
                };
        return since != null && !since.isAfter(limit) && record().isPresent();
    }

    /** Waits until the box does not run any more, or is gone, or the time is up. */
    synchronized void awaitEnd(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!gone && (box.status() == BoxStatus.RUNNING || box.status() == BoxStatus.CREATING)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
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

    synchronized void markGone() {
        gone = true;
        notifyAll();
    }
}
