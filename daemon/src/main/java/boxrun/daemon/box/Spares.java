package boxrun.daemon.box;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.box.Spare.Kind;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.store.Failpoint;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Boxes that were started in advance and in which nothing has run: a {@code run} takes one that is what it would have
 * made itself.
 *
 * <p>When a run is over, one like its box is made for the next, if there is none. They are made one after the other.
 * When there are as many as there may be, the one that was wanted longest ago gives way; one that nobody wants for a
 * while is removed, so that a daemon of which nothing is asked has none. Before it is taken nobody sees it, and it
 * holds no share of the host. It has no record: what a killed daemon leaves of it, the next one sweeps.
 *
 * <p>Only boxes of layers are made in advance. Layers never change; who runs something in a box of a directory, or of
 * the host, is to find what is there now.
 */
final class Spares {
    private static final System.Logger LOG = System.getLogger(Spares.class.getName());

    /** How long one is kept that nobody wants. */
    static final Duration KEPT = Duration.ofMinutes(5);

    private final Engine engine;
    private final BoxStore store;
    private final HostSize host;
    private final Clock clock;
    private final int most;
    private final Thread maker = Thread.ofVirtual().name("spare boxes").unstarted(this::work);

    /** Those that nobody has taken, the one that was wanted longest ago first. */
    private final Map<Kind, Spare> untaken = new LinkedHashMap<>();

    /** Those that a run has taken and may turn out not to be what it needs. */
    private final Map<BoxId, Spare> taken = new HashMap<>();

    private final Map<Kind, Launch> wanted = new LinkedHashMap<>();
    private boolean closed;
    private boolean failing;

    /** @param most how many there may be; with 0 there are none, and nothing is done */
    Spares(Engine engine, BoxStore store, HostSize host, Clock clock, int most) {
        this.engine = engine;
        this.store = store;
        this.host = host;
        this.clock = clock;
        this.most = most;
    }

    /** Begins to make them, in a thread of its own. */
    void open() {
        if (most > 0) {
            maker.start();
        }
    }

    /**
     * An id for a new box: that of a spare one, if there is one that it may be. One that is still being made is taken
     * too, since it is ready sooner than one that is begun now.
     */
    synchronized BoxId claim(BoxSpec spec) {
        Optional<Spare> spare = spec.isPlainRun()
                ? Optional.ofNullable(untaken.remove(new Kind(spec.image(), spec.limits(host.pids()))))
                : Optional.empty();
        spare.ifPresent(box -> taken.put(box.id(), box));
        return spare.map(Spare::id).orElseGet(BoxId::random);
    }

    /** Starts a box with an id from {@link #claim}; nothing is to be done when it runs and is made of this. */
    void launch(BoxId id, Launch launch) {
        Optional<Spare> spare = claimed(id);
        spare.ifPresent(Spares::awaitMade);
        if (spare.isEmpty() || !spare.get().launch().equals(launch) || !runs(id)) {
            if (spare.isPresent()) {
                engine.destroy(id);
                store.makeDirectory(id);
            }
            engine.launch(id, launch);
        }
        forget(id);
    }

    private boolean runs(BoxId id) {
        try {
            return engine.adopt(id);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot use " + id, e);
            return false;
        }
    }

    private synchronized Optional<Spare> claimed(BoxId id) {
        return Optional.ofNullable(taken.get(id));
    }

    private synchronized void forget(BoxId id) {
        taken.remove(id);
    }

    private static void awaitMade(Spare spare) {
        try {
            spare.made().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot start " + spare.id() + ": interrupted")
                    .because(e);
        }
    }

    /** The box with an id from {@link #claim} is not to be: when this returns it can be destroyed. */
    void abandon(BoxId id) {
        claimed(id).ifPresent(Spares::awaitMade);
        forget(id);
    }

    /** A run is over, and the next one may want a box like its own, which is known until this returns. */
    void used(BoxRecord record) {
        Launch launch = record.launch(host.pids(), true);
        boolean plain = record.box().name() == null
                && !launch.network()
                && launch.volumes().isEmpty()
                && launch.image().rootfs() instanceof Rootfs.Layers;
        if (plain) {
            want(new Kind(record.box().image(), launch.limits()), launch);
        }
    }

    private synchronized void want(Kind kind, Launch launch) {
        Spare there = untaken.get(kind);
        if (there != null && left(there).isPositive()) {
            untaken.remove(kind);
            untaken.put(kind, there.wantedAt(clock.instant()));
        } else if (most > 0 && !closed) {
            wanted.remove(kind);
            wanted.put(kind, launch);
            if (wanted.size() > most) {
                wanted.remove(wanted.keySet().iterator().next());
            }
            notifyAll();
        }
    }

    /** A box has ended without having been asked to: nobody is to take it. */
    synchronized void ended(BoxId id) {
        untaken.replaceAll((_, spare) -> spare.id().equals(id) ? spare.wantedAt(Instant.EPOCH) : spare);
        notifyAll();
    }

    /** How long a spare box is kept from now on if nobody wants it. */
    private Duration left(Spare spare) {
        return Duration.between(clock.instant(), spare.wanted().plus(KEPT));
    }

    private void work() {
        try {
            while (awaitWork()) {
                outdated().forEach(this::remove);
                begun().ifPresent(this::make);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when one is to be removed or made; false when none is any more. */
    private synchronized boolean awaitWork() throws InterruptedException {
        while (!closed && wanted.isEmpty()) {
            Optional<Duration> left = untaken.values().stream().map(this::left).min(Comparator.naturalOrder());
            if (left.isEmpty()) {
                wait();
            } else if (left.get().isPositive()) {
                TimeUnit.MILLISECONDS.timedWait(this, left.get().toMillis() + 1);
            } else {
                return true;
            }
        }
        return !closed;
    }

    /** Those that nobody wants any more, and one that gives way to what is wanted now. */
    private synchronized List<Spare> outdated() {
        List<Spare> outdated = new ArrayList<>();
        untaken.values().stream()
                .filter(spare -> !left(spare).isPositive() || wanted.containsKey(spare.kind()))
                .forEach(outdated::add);
        untaken.values().removeAll(outdated);
        if (!wanted.isEmpty() && untaken.size() == most) {
            Kind oldest = untaken.keySet().iterator().next();
            Optional.ofNullable(untaken.remove(oldest)).ifPresent(outdated::add);
        }
        return outdated;
    }

    private synchronized Optional<Spare> begun() {
        Optional<Kind> next = wanted.keySet().stream().findFirst();
        return next.map(kind -> {
            BoxId id = BoxId.random();
            Launch launch = Objects.requireNonNull(wanted.remove(kind)).named(Hostnames.of(id));
            Spare spare = new Spare(id, kind, launch, clock.instant());
            untaken.put(kind, spare);
            return spare;
        });
    }

    private void make(Spare spare) {
        try {
            store.makeDirectory(spare.id());
            engine.launch(spare.id(), spare.launch());
            Failpoint.reached("spare.launched");
            failing = false;
        } catch (RuntimeException failure) {
            failed(spare, failure);
        } finally {
            spare.made().countDown();
        }
    }

    /** Whoever has taken it makes a box himself. */
    private void failed(Spare spare, RuntimeException failure) {
        // Told once: what is in the way now will be in the way after the next run too.
        Level level = failing ? Level.DEBUG : Level.WARNING;
        LOG.log(level, "cannot start a box of " + spare.kind().image() + " in advance", failure);
        failing = true;
        if (withdraw(spare)) {
            destroy(spare);
        }
    }

    /** False when somebody has taken it. */
    private synchronized boolean withdraw(Spare spare) {
        return untaken.values().removeIf(each -> each.id().equals(spare.id()));
    }

    private void remove(Spare spare) {
        awaitMade(spare);
        destroy(spare);
    }

    private void destroy(Spare spare) {
        try {
            engine.destroy(spare.id());
            store.delete(spare.id());
        } catch (RuntimeException e) {
            // The next start of the daemon sweeps a directory without a record.
            LOG.log(Level.WARNING, "cannot remove " + spare.id() + ", which was started in advance", e);
        }
    }

    /**
     * Removes those that nobody has taken, so that they do not hold layers; returns the layers of those that are taken
     * and not among the boxes yet.
     */
    Set<String> giveUp() {
        List<Spare> leaving;
        Set<String> layers = new HashSet<>();
        synchronized (this) {
            wanted.clear();
            leaving = List.copyOf(untaken.values());
            untaken.clear();
            taken.values().forEach(spare -> layers.addAll(spare.layers()));
        }
        BoxBook.undisturbed(() -> leaving.forEach(this::remove));
        return layers;
    }

    /** Removes those that nobody has taken, and makes no more. */
    void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        giveUp();
        try {
            maker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
