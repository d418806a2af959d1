package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Run;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.FileSink;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.engine.Limits;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.PullListener;
import boxrun.daemon.image.Rootfs;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The boxes: the only place where one changes its state.
 *
 * <p>{@code creating → running ⇄ stopped}, and {@code error} for one that could not be started again. Changes of one
 * box wait for each other, those of different boxes do not. A box that could not be created leaves nothing. What is on
 * disk is right after a crash at any moment: {@link Reconciler} compares it with the engine.
 */
public final class Boxes {
    private static final System.Logger LOG = System.getLogger(Boxes.class.getName());
    /** How long commands may take to end when their box is stopped. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private final Engine engine;
    private final BoxStore store;
    private final HostSize host;
    private final Clock clock;
    private final Quota quota;
    private final BoxRegistry registry = new BoxRegistry();
    private volatile BoxListener listener = new BoxListener() {
        @Override
        public void ended(BoxId box, String reason) {}

        @Override
        public void removed(BoxId box) {}
    };

    public Boxes(Engine engine, Home home, HostSize host, Clock clock) {
        this.engine = engine;
        this.store = new BoxStore(home);
        this.host = host;
        this.clock = clock;
        this.quota = new Quota(host);
    }

    /** Compares records with the engine, and from then on notices when a box ends. To be called once, first. */
    public void open(BoxListener boxListener) {
        listener = boxListener;
        new Reconciler(engine, store, registry, quota, clock).run();
        engine.onBoxEnded(this::endedUnasked);
    }

    /** Makes a box and starts it; when it throws, nothing is left. */
    public Box create(CreateBox request, ImageSource images, PullListener progress) {
        return create(BoxSpec.of(request, host), images, progress);
    }

    /** Makes the box of one command: it has no name, and does not outlive the daemon. */
    public Box create(Run request, ImageSource images, PullListener progress) {
        return create(BoxSpec.of(request, host), images, progress);
    }

    private Box create(BoxSpec spec, ImageSource images, PullListener progress) {
        BoxId id = BoxId.random();
        BoxEntry entry = new BoxEntry(id, spec.box(id, now()), spec.ephemeral());
        return locked(entry, () -> {
            registry.add(entry);
            try {
                quota.reserve(id, spec.cpu(), spec.memoryMb());
                LocalImage image = images.resolve(spec.image(), spec.pull(), progress);
                BoxRecord record = new BoxRecord(entry.box(), engine.name(), BoxRecord.StoredImage.of(image));
                entry.expect(record);
                store.makeDirectory(id);
                engine.launch(id, launch(record, spec.ephemeral()));
                BoxRecord running = record.running(now());
                if (!spec.ephemeral()) {
                    store.save(id, running);
                }
                entry.record(running);
                return running.box();
            } catch (RuntimeException | Error failure) {
                undisturbed(() -> undo(entry, failure));
                throw failure;
            }
        });
    }

    private void undo(BoxEntry entry, Throwable failure) {
        try {
            engine.destroy(entry.id());
            store.delete(entry.id());
        } catch (RuntimeException e) {
            // The next start of the daemon sweeps a directory without a record.
            failure.addSuppressed(e);
            LOG.log(Level.WARNING, "cannot remove what is left of " + entry.id(), e);
        }
        registry.remove(entry);
        quota.release(entry.id());
    }

    /** One box; {@code BOX_NOT_FOUND} when there is none. */
    public Box get(String idOrName) {
        return registry.find(idOrName).box();
    }

    /** Newest first. */
    public List<Box> list() {
        return registry.all().stream().map(BoxEntry::box).toList();
    }

    /** Starts a stopped box with the disk it had. */
    public Box start(String idOrName) {
        return changed(idOrName, entry -> {
            if (entry.box().status() == BoxStatus.RUNNING) {
                throw new ProblemException(ErrorCode.BOX_ALREADY_RUNNING, "the box " + idOrName + " runs already");
            }
            BoxRecord record = record(entry);
            quota.reserve(entry.id(), record.box().cpu(), record.box().memoryMb());
            try {
                engine.launch(entry.id(), launch(record, false));
            } catch (RuntimeException failure) {
                quota.release(entry.id());
                String code = failure instanceof ProblemException problem
                        ? problem.code().name()
                        : ErrorCode.RUNTIME_ERROR.name();
                note(entry, record.failed(now(), code, String.valueOf(failure.getMessage())));
                throw failure;
            }
            return note(entry, record.running(now()));
        });
    }

    /** Ends a box's processes and keeps its disk. */
    public Box stop(String idOrName) {
        return changed(idOrName, entry -> {
            if (entry.box().status() != BoxStatus.RUNNING) {
                throw notRunning(entry.box());
            }
            entry.ending(true);
            try {
                engine.stop(entry.id(), STOP_GRACE);
                Box stopped = note(entry, record(entry).stopped(now(), null));
                quota.release(entry.id());
                listener.ended(entry.id(), "the box was stopped");
                return stopped;
            } finally {
                entry.ending(false);
            }
        });
    }

    /** Removes a box with its disk and all that belongs to it; one that runs only with {@code force}. */
    public void remove(String idOrName, boolean force) {
        changed(idOrName, entry -> {
            if (!force && entry.box().status() == BoxStatus.RUNNING) {
                throw new ProblemException(ErrorCode.BOX_ALREADY_RUNNING, "the box " + idOrName + " runs")
                        .hint("stop it first, or remove it anyway with: boxrun rm --force " + idOrName);
            }
            undisturbed(() -> remove(entry));
            return entry.box();
        });
    }

    private void remove(BoxEntry entry) {
        entry.ending(true);
        store.forget(entry.id());
        try {
            engine.destroy(entry.id());
            listener.ended(entry.id(), "the box was removed");
            listener.removed(entry.id());
            store.delete(entry.id());
        } catch (RuntimeException failure) {
            store.remember(entry.id());
            entry.ending(false);
            throw failure;
        }
        registry.remove(entry);
        quota.release(entry.id());
    }

    /** Removes boxes that were stopped, or failed, longer ago than {@code age}; says how many. */
    public int gc(Duration age) {
        Instant limit = now().minus(age);
        int removed = 0;
        for (BoxEntry candidate : registry.all()) {
            // A box that somebody is working with is not forgotten.
            if (old(candidate, limit) && candidate.lock().tryLock()) {
                try {
                    if (!candidate.gone() && old(candidate, limit)) {
                        remove(candidate);
                        removed++;
                    }
                } finally {
                    candidate.lock().unlock();
                }
            }
        }
        return removed;
    }

    private static boolean old(BoxEntry entry, Instant limit) {
        Box box = entry.box();
        Instant since =
                switch (box.status()) {
                    case STOPPED -> box.stoppedAt();
                    case ERROR -> box.createdAt();
                    case CREATING, RUNNING -> null;
                };
        // A damaged record is kept until somebody removes it by name.
        return since != null && !since.isAfter(limit) && entry.record().isPresent();
    }

    /** One box for a command; {@code BOX_NOT_FOUND}, or {@code BOX_NOT_RUNNING}. */
    public RunningBox running(String idOrName) {
        BoxEntry entry = registry.find(idOrName);
        if (entry.box().status() != BoxStatus.RUNNING || entry.ending()) {
            throw notRunning(entry.box());
        }
        return running(entry);
    }

    /** The boxes that run, with those that an earlier daemon started. */
    public List<RunningBox> running() {
        return registry.all().stream()
                .filter(entry -> entry.box().status() == BoxStatus.RUNNING)
                .map(this::running)
                .toList();
    }

    private RunningBox running(BoxEntry entry) {
        BoxRecord record = record(entry);
        return new RunningBox(
                entry.id(), entry.box(), record.image().defaults(), store.directory(entry.id()), !entry.ephemeral());
    }

    /** Whether a box runs. */
    public boolean isRunning(BoxId box) {
        return registry.find(box)
                .filter(entry -> entry.box().status() == BoxStatus.RUNNING)
                .isPresent();
    }

    /** The names of the layers that boxes are made of. */
    public Set<String> layersInUse() {
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

    /** Where what belongs to a box is kept. */
    public Path directory(BoxId box) {
        return store.directory(box);
    }

    /** Whether a box's processes are being ended on request. */
    public boolean ending(BoxId box) {
        return registry.find(box).map(BoxEntry::ending).orElse(true);
    }

    /** Unpacks a tar stream below a directory of the box, which is made when missing. */
    public void copyIn(String idOrName, String boxDirectory, InputStream tar) {
        onDisk(idOrName, id -> {
            engine.copyIn(id, boxDirectory, tar);
            return boxDirectory;
        });
    }

    /** Writes a tar stream of a path of the box; {@code FILE_NOT_FOUND} when there is none. */
    public void copyOut(String idOrName, String path, OutputStream tar) {
        onDisk(idOrName, id -> {
            engine.copyOut(id, path, tar);
            return path;
        });
    }

    /** Writes a file of the box, as {@link Engine#writeFile} says; returns its path. */
    public String writeFile(String idOrName, String path, String name, InputStream content) {
        return onDisk(idOrName, id -> engine.writeFile(id, path, name, content));
    }

    /** Reads a file of the box, as {@link Engine#readFile} says. */
    public void readFile(String idOrName, String path, FileSink sink) {
        onDisk(idOrName, id -> {
            engine.readFile(id, path, sink);
            return path;
        });
    }

    /** While a box does not run, nobody can start it meanwhile: one disk must not be in use twice. */
    private <T> T onDisk(String idOrName, Function<BoxId, T> work) {
        BoxEntry entry = registry.find(idOrName);
        if (entry.box().status() == BoxStatus.RUNNING) {
            return work.apply(entry.id());
        }
        return changed(idOrName, locked -> work.apply(locked.id()));
    }

    private void endedUnasked(BoxId id, String reason) {
        LOG.log(Level.INFO, id + " ended: " + reason);
        registry.find(id)
                .ifPresent(entry -> locked(entry, () -> {
                    // It may have been stopped, and even started again, before this message came.
                    if (entry.box().status() != BoxStatus.RUNNING
                            || engine.survivors().contains(id)) {
                        return entry.box();
                    }
                    quota.release(id);
                    Box stopped = note(entry, record(entry).stopped(now(), reason));
                    listener.ended(id, reason);
                    return stopped;
                }));
    }

    /** Somebody whose client went away is interrupted; what cleans up after him must not be. */
    private static void undisturbed(Runnable work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What is in memory is true; a record that could not be written is put right at the next start. */
    private Box note(BoxEntry entry, BoxRecord record) {
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

    private <T> T changed(String idOrName, Function<BoxEntry, T> change) {
        BoxEntry entry = registry.find(idOrName);
        return locked(entry, () -> {
            if (entry.gone()) {
                throw BoxRegistry.notFound(idOrName);
            }
            return change.apply(entry);
        });
    }

    private static <T> T locked(BoxEntry entry, Supplier<T> change) {
        entry.lock().lock();
        try {
            return change.get();
        } finally {
            entry.lock().unlock();
        }
    }

    private static BoxRecord record(BoxEntry entry) {
        return entry.record()
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.RUNTIME_ERROR,
                        "the box " + entry.id() + " cannot be used: "
                                + Optional.ofNullable(entry.box().errorMessage())
                                        .orElse("it is being created")));
    }

    /** The refusal of what needs a running box. */
    public static ProblemException notRunning(Box box, String state) {
        String label = BoxRegistry.label(box);
        return new ProblemException(ErrorCode.BOX_NOT_RUNNING, "the box " + label + " does not run: it is " + state)
                .hint("start it with: boxrun start " + label);
    }

    private static ProblemException notRunning(Box box) {
        return notRunning(
                box,
                switch (box.status()) {
                    case CREATING -> "being created";
                    case RUNNING -> "being stopped";
                    case STOPPED -> "stopped";
                    case ERROR -> "in error";
                });
    }

    private Launch launch(BoxRecord record, boolean ephemeral) {
        Box box = record.box();
        Limits limits = new Limits(box.cpu(), box.memoryMb(), box.diskSizeGb(), host.pids());
        return new Launch(record.image().image(), limits, box.network(), box.volumes(), Hostnames.of(box), ephemeral);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
