package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxEvent.Action;
import boxrun.api.BoxStats;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.ExtendedBox;
import boxrun.api.Inspection;
import boxrun.api.ProblemException;
import boxrun.api.RenameBox;
import boxrun.api.Run;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.event.History;
import boxrun.daemon.image.PullListener;
import boxrun.daemon.store.Failpoint;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The boxes: the only place where one changes its state.
 *
 * <p>{@code creating → running ⇄ stopped}, and {@code error} for one that could not be started again. Changes of one
 * box wait for each other, those of different boxes do not. A box that could not be created leaves nothing. What is on
 * disk is right after a crash at any moment: {@link Reconciler} compares it with the engine.
 */
public final class Boxes {
    private static final System.Logger LOG = System.getLogger(Boxes.class.getName());

    private final Engine engine;
    private final HostSize host;
    private final Quota quota;
    private final BoxBook book;
    private final Enforcement enforcement;
    private final Spares spares;
    private final Creation creation;
    private final Removal removal;
    private final Inspector inspector;
    private final BoxFiles files;

    /** @param spares how many boxes may be kept started in advance for runs */
    public Boxes(Engine engine, Home home, HostSize host, Clock clock, int spares) {
        this.engine = engine;
        this.host = host;
        this.quota = new Quota(host);
        this.book = new BoxBook(new BoxStore(home), clock);
        this.enforcement = new Enforcement(engine.capabilities(), host.strict());
        this.spares = new Spares(engine, book.store(), host, clock, spares);
        this.creation = new Creation(engine, book, quota, host, enforcement, this.spares);
        this.removal = new Removal(engine, book, quota, this.spares);
        this.inspector = new Inspector(engine, host);
        this.files = new BoxFiles(engine, book);
    }

    /** Compares records with the engine, and from then on notices when a box ends. To be called once, first. */
    public void open(BoxListener listener) {
        book.tell(listener);
        new Reconciler(engine, book, quota).run();
        engine.onBoxEnded(this::endedUnasked);
        spares.open();
    }

    /** Removes the boxes that were started in advance; all others are left as they are. */
    public void close() {
        spares.close();
    }

    /** Makes a box and starts it; when it throws, nothing is left. */
    public Box create(CreateBox request, ImageSource images, PullListener progress) {
        return creation.create(BoxSpec.of(request, host), images, progress);
    }

    /** Makes the box of one command: it has no name, and does not outlive the daemon. */
    public Box create(Run request, ImageSource images, PullListener progress) {
        return creation.create(BoxSpec.of(request, host), images, progress);
    }

    /** A sentence for each limit that is asked for and that this host cannot enforce. */
    public List<String> warnings(CreateBox request) {
        return enforcement.warnings(BoxSpec.asked(request));
    }

    /** The same for the box of one command. */
    public List<String> warnings(Run request) {
        return enforcement.warnings(BoxSpec.asked(request));
    }

    /** One box; {@code BOX_NOT_FOUND} when there is none. */
    public Box get(String idOrName) {
        return book.registry().find(idOrName).box();
    }

    /** A box when it does not run any more, or when the time is up; {@code BOX_NOT_FOUND} when it was removed. */
    public Box await(String idOrName, Duration longest) throws InterruptedException {
        BoxEntry entry = book.registry().find(idOrName);
        entry.awaitEnd(longest);
        if (entry.gone()) {
            throw BoxRegistry.notFound(idOrName);
        }
        return entry.box();
    }

    /** Newest first. */
    public List<Box> list(BoxFilter filter) {
        return found(filter).map(BoxEntry::box).toList();
    }

    /** The same with what not every client knows. */
    public List<ExtendedBox> extended(BoxFilter filter) {
        return found(filter)
                .map(entry -> ExtendedBox.of(
                        entry.box(), entry.options().labels(), entry.options().ports()))
                .toList();
    }

    private Stream<BoxEntry> found(BoxFilter filter) {
        Instant now = book.now();
        return book.registry().all().stream().filter(entry -> filter.matches(entry, now));
    }

    /** What happens to boxes, and what is to be told of their commands. */
    public History history() {
        return book.history();
    }

    /** A box and what the host knows of it. */
    public Inspection inspect(String idOrName) {
        return inspector.inspect(book.registry().find(idOrName));
    }

    /** What a box uses now. */
    public BoxStats stats(String idOrName) {
        return inspector.stats(book.registry().find(idOrName), book.now());
    }

    /** Gives a box another name; {@code NAME_ALREADY_EXISTS} when another one has it. */
    public Box rename(String idOrName, RenameBox wanted) {
        String name = Checks.name(wanted.name()).orElseThrow(() -> Checks.refusal("name is required"));
        return book.changed(idOrName, entry -> {
            BoxRecord renamed = BoxBook.record(entry).named(name);
            boolean changed = book.registry().rename(entry, renamed, record -> {
                if (!entry.ephemeral()) {
                    book.store().save(entry.id(), record);
                }
            });
            if (changed) {
                book.happened(Action.RENAMED, entry, Optional.empty());
            }
            return entry.box();
        });
    }

    /** Starts a stopped box with the disk it had. */
    public Box start(String idOrName) {
        return book.changed(idOrName, entry -> {
            if (entry.box().status() == BoxStatus.RUNNING) {
                throw new ProblemException(ErrorCode.BOX_ALREADY_RUNNING, "the box " + idOrName + " runs already");
            }
            BoxRecord record = BoxBook.record(entry);
            enforcement.check();
            quota.reserve(entry.id(), record.box().cpu(), record.box().memoryMb());
            try {
                engine.launch(entry.id(), record.launch(host.pids(), false));
            } catch (RuntimeException failure) {
                quota.release(entry.id());
                ErrorCode code = failure instanceof ProblemException problem ? problem.code() : ErrorCode.RUNTIME_ERROR;
                // What the host has none left of now it may have later: nothing is wrong with the box.
                if (code != ErrorCode.RESOURCE_EXCEEDED) {
                    String reason = String.valueOf(failure.getMessage());
                    book.note(entry, record.failed(book.now(), code.name(), reason));
                    book.happened(Action.FAILED, entry, Optional.of(reason));
                }
                throw failure;
            }
            Failpoint.reached("start.launched");
            Box running = book.note(entry, record.running(book.now()));
            book.happened(Action.STARTED, entry, Optional.empty());
            return running;
        });
    }

    /**
     * Ends a box's processes and keeps its disk.
     *
     * @param grace how long they may take to end in order
     */
    public Box stop(String idOrName, Duration grace) {
        return book.changed(idOrName, entry -> {
            if (entry.box().status() != BoxStatus.RUNNING) {
                throw notRunning(entry.box());
            }
            entry.ending(true);
            try {
                engine.stop(entry.id(), grace);
                Failpoint.reached("stop.ended");
                Box stopped = book.note(entry, BoxBook.record(entry).stopped(book.now(), null));
                Failpoint.reached("stop.noted");
                quota.release(entry.id());
                book.listener().ended(entry.id(), "the box was stopped");
                book.happened(Action.STOPPED, entry, Optional.empty());
                return stopped;
            } finally {
                entry.ending(false);
            }
        });
    }

    /** Removes a box with its disk and all that belongs to it; one that runs only with {@code force}. */
    public void remove(String idOrName, boolean force) {
        removal.remove(idOrName, force);
    }

    /** Removes boxes that were stopped, or failed, longer ago than {@code age}; says how many. */
    public int gc(Duration age) {
        return removal.gc(age);
    }

    /** One box for a command; {@code BOX_NOT_FOUND}, or {@code BOX_NOT_RUNNING}. */
    public RunningBox running(String idOrName) {
        BoxEntry entry = book.registry().find(idOrName);
        if (entry.box().status() != BoxStatus.RUNNING || entry.ending()) {
            throw notRunning(entry.box());
        }
        return running(entry);
    }

    /** The boxes that run, with those that an earlier daemon started. */
    public List<RunningBox> running() {
        return book.registry().all().stream()
                .filter(entry -> entry.box().status() == BoxStatus.RUNNING)
                .map(this::running)
                .toList();
    }

    private RunningBox running(BoxEntry entry) {
        BoxRecord record = BoxBook.record(entry);
        return new RunningBox(
                entry.id(),
                entry.box(),
                record.image().defaults(),
                book.store().directory(entry.id()),
                !entry.ephemeral());
    }

    /** Whether a box runs. */
    public boolean isRunning(BoxId box) {
        return book.registry()
                .find(box)
                .filter(entry -> entry.box().status() == BoxStatus.RUNNING)
                .isPresent();
    }

    /**
     * The names of the layers that boxes are made of, for who is about to remove the others: boxes that were started in
     * advance are not to keep any, and are removed.
     */
    public Set<String> layersInUse() {
        Set<String> layers = book.layers();
        // Last: the run of a box that is not known any more may just have asked for another one.
        layers.addAll(spares.giveUp());
        return layers;
    }

    /** Where what belongs to a box is kept. */
    public Path directory(BoxId box) {
        return book.store().directory(box);
    }

    /** Whether a box's processes are being ended on request. */
    public boolean ending(BoxId box) {
        return book.registry().find(box).map(BoxEntry::ending).orElse(true);
    }

    /** The files of boxes. */
    public BoxFiles files() {
        return files;
    }

    private void endedUnasked(BoxId id, String reason) {
        LOG.log(Level.INFO, id + " ended: " + reason);
        spares.ended(id);
        book.ifKnown(id, entry -> {
            // It may have been stopped, and even started again, before this message came.
            if (entry.box().status() == BoxStatus.RUNNING && !engine.survivors().contains(id)) {
                quota.release(id);
                book.note(entry, BoxBook.record(entry).stopped(book.now(), reason));
                book.listener().ended(id, reason);
                book.happened(Action.STOPPED, entry, Optional.of(reason));
            }
        });
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
}
