package boxrun.daemon.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Leaves when nothing was asked for a while and no reason to stay is left; while there is one, the clock stands. */
public final class IdleExit {
    private static final System.Logger LOG = System.getLogger(IdleExit.class.getName());

    /** Reasons are looked at this many times in one timeout: by so much at most the daemon stays longer. */
    private static final int LOOKS = 10;

    private final Duration timeout;
    private final List<StayReason> reasons;
    private final OrderlyStop stop;
    private final AtomicLong lastTouch = new AtomicLong(System.nanoTime());

    /** @param timeout zero means to stay for ever */
    public IdleExit(Duration timeout, List<StayReason> reasons, OrderlyStop stop) {
        this.timeout = timeout;
        this.reasons = List.copyOf(reasons);
        this.stop = stop;
    }

    /** Begins to watch, in a thread of its own. */
    public void start() {
        if (timeout.isPositive()) {
            Thread.ofVirtual().name("idle exit").start(this::watch);
        }
    }

    /** Something was asked: the timeout begins anew. To be called when a request begins and when it ends. */
    public void touch() {
        lastTouch.set(System.nanoTime());
    }

    /** Why the daemon would not leave now, if it were asked. */
    public Optional<String> stays() {
        return reasons.stream().map(StayReason::now).flatMap(Optional::stream).findFirst();
    }

    private void watch() {
        try {
            while (!stop.requested()) {
                if (stays().isPresent()) {
                    touch();
                }
                long idle = System.nanoTime() - lastTouch.get();
                if (idle >= timeout.toNanos()) {
                    LOG.log(System.Logger.Level.INFO, "leaving: idle for {0}, no box runs", timeout);
                    stop.request("idle");
                    return;
                }
                Thread.sleep(
                        Duration.ofNanos(Math.min(timeout.toNanos() - idle, Math.max(1, timeout.toNanos() / LOOKS))));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
