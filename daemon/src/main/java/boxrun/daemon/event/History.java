package boxrun.daemon.event;

import boxrun.api.BoxEvent;
import boxrun.api.ExecEvent;
import boxrun.api.MissedEvents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The last things that happened, in order. It has no queue for anybody: a reader is a position, so the slowest one
 * costs nothing, and is told what was forgotten before it came to it.
 *
 * <p>Ids begin with the time at which the daemon started, in microseconds, so that they count up from one daemon to the
 * next: who goes on after an id of an earlier daemon is told that he has missed something.
 */
public final class History {
    private static final int KEPT = 4096;

    private final Clock clock;
    private final int kept;
    private final List<Happening> ring;
    private final long first;
    private long last;

    public History(Clock clock) {
        this(clock, KEPT);
    }

    History(Clock clock, int kept) {
        this.clock = clock;
        this.kept = kept;
        this.ring = new ArrayList<>();
        this.first = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        this.last = first;
    }

    /** Something happened to a box, now. */
    public synchronized void box(BoxEvent.Action action, String id, Optional<String> name, Optional<String> reason) {
        add(new Happening.OfBox(last + 1, new BoxEvent(action, now(), id, name.orElse(null), reason.orElse(null))));
    }

    /** Something happened to a command, now. */
    public synchronized void exec(ExecEvent.Action action, String id, String box, Optional<Integer> exitCode) {
        add(new Happening.OfExec(last + 1, new ExecEvent(action, now(), id, box, exitCode.orElse(null))));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void add(Happening happening) {
        last = happening.id();
        if (ring.size() < kept) {
            ring.add(happening);
        } else {
            ring.set(place(last), happening);
        }
        notifyAll();
    }

    private int place(long id) {
        return (int) ((id - first - 1) % kept);
    }

    /** Somebody who wants to know what happens from now on. */
    public synchronized Reader reader() {
        return new Reader(last);
    }

    /** Somebody who knows what happened up to an id; 0 for nothing, who misses nothing of an earlier daemon. */
    public Reader reader(long after) {
        return new Reader(after == 0 ? first : after);
    }

    /** The position of one who reads; for one thread. A position that was never reached is another history's. */
    public final class Reader {
        private long position;

        private Reader(long position) {
            this.position = position;
        }

        /** Waits for the next thing that happens; empty when the time is up. */
        public Optional<Happening> next(Duration longest) throws InterruptedException {
            synchronized (History.this) {
                long deadline = System.nanoTime() + longest.toNanos();
                long left = longest.toNanos();
                while (position == last && left > 0) {
                    TimeUnit.NANOSECONDS.timedWait(History.this, left);
                    left = deadline - System.nanoTime();
                }
                return position == last ? Optional.empty() : Optional.of(following());
            }
        }

        private Happening following() {
            long oldest = Math.max(first, last - kept) + 1;
            if (position < oldest - 1 || position > last) {
                MissedEvents events = new MissedEvents(Math.min(position, oldest - 1), oldest - 1);
                Happening missed = new Happening.Missed(oldest - 1, events);
                position = oldest - 1;
                return missed;
            }
            position++;
            return ring.get(place(position));
        }
    }
}
