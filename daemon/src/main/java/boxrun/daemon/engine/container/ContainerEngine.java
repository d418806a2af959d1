package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.daemon.agent.AgentException;
import boxrun.daemon.agent.CommandSpec;
import boxrun.daemon.agent.WindowSize;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Capabilities;
import boxrun.daemon.engine.Details;
import boxrun.daemon.engine.EffectiveLimits;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.FileSink;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.engine.ProcessOutput;
import boxrun.daemon.engine.ProcessSpec;
import boxrun.daemon.engine.Usage;
import boxrun.daemon.store.Failpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Boxes as containers of this host: processes in namespaces of their own, started by an OCI runtime, with the agent as
 * the first of them. What a running box consists of is written beside its disk, so another daemon can take it over.
 */
public final class ContainerEngine implements Engine, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ContainerEngine.class.getName());

    /** A process that was asked to end by its agent and has not is killed after this much more than its grace. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(10);

    private static final int CLEANING_ATTEMPTS = 3;

    private final Home home;
    private final HostSupport support;
    private final Starter starter;
    private final Remains remains;
    private final Map<BoxId, AgentLink> links = new ConcurrentHashMap<>();
    private final Map<BoxId, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final List<BoxEnded> listeners = new CopyOnWriteArrayList<>();
    private final EndWatch watch;

    /**
     * The engine over one state directory.
     *
     * @param natives the directory of our native programs
     * @param runtime the OCI runtime's name or path, {@code crun} unless configured
     */
    public ContainerEngine(Home home, Path natives, String runtime) {
        this(home, natives, runtime, UnaryOperator.identity());
    }

    /** With boxes' configurations changed: a test takes a protection away to see that it is what protects. */
    ContainerEngine(Home home, Path natives, String runtime, UnaryOperator<Map<String, Object>> change) {
        this.home = home;
        this.support = HostSupport.detect(home, natives, runtime);
        this.starter = new Starter(support, change);
        this.remains = new Remains(support);
        this.watch = new EndWatch(() -> links.forEach(this::endWhenGone));
    }

    @Override
    public String name() {
        return "container";
    }

    @Override
    public Capabilities capabilities() {
        return support.capabilities();
    }

    @Override
    public void launch(BoxId id, Launch launch) {
        exclusively(id, "start " + id, box -> {
            if (Records.read(box.running(), Running.class).isPresent()) {
                requireEnded(id, box);
            }
            boolean first = !Files.exists(box.launched());
            try {
                Files.createDirectories(box.engine());
                ProcessIdentity process = starter.start(id, box, launch);
                // An agent that answers has been executed: before, nobody else may look into its namespaces.
                AgentLink link = link(id, box, process);
                try {
                    if (launch.network()) {
                        support.network().connect(box, process, launch.ports());
                    }
                } catch (RuntimeException e) {
                    link.close();
                    throw e;
                }
                Failpoint.reached("launch.connected");
                links.put(id, link);
            } catch (IOException | RuntimeException e) {
                cleanAfter(e, id, box, first);
                throw e;
            }
        });
    }

    /**
     * A failed start leaves nothing of a first launch, and the disk of an earlier one. What cleans up may be killed by
     * whatever has killed the start, so it gets more than one chance.
     */
    private void cleanAfter(Exception failure, BoxId id, BoxDirectory box, boolean everything) {
        for (int attempt = 1; attempt <= CLEANING_ATTEMPTS; attempt++) {
            try {
                remains.ofProcesses(id, box);
                if (everything) {
                    remains.ofDisk(box);
                }
                return;
            } catch (IOException | InterruptedException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private AgentLink link(BoxId id, BoxDirectory box, ProcessIdentity process) {
        return new AgentLink(box.socket(), process, () -> watch.lookAt(() -> ended(id)));
    }

    /** Whether a box is known to have ended, which it is from the first time that this finds it so. */
    private boolean ended(BoxId id) {
        AgentLink link = links.get(id);
        if (link != null) {
            endWhenGone(id, link);
        }
        return !links.containsKey(id);
    }

    private void requireEnded(BoxId id, BoxDirectory box) throws IOException, InterruptedException {
        Running running = Records.read(box.running(), Running.class).orElseThrow();
        if (running.process().alive() && !running.forFiles()) {
            throw new ProblemException(ErrorCode.BOX_ALREADY_RUNNING, "cannot start " + id + ": it runs");
        }
        remains.ofProcesses(id, box);
    }

    @Override
    public EngineProcess start(BoxId id, String processId, ProcessSpec spec, ProcessOutput output) {
        BoxProcess process = new BoxProcess(
                running(id),
                processId,
                output,
                () -> support.cgroups().outOfMemoryKills(id),
                support.cgroups().outOfMemoryKills(id));
        CommandSpec command = new CommandSpec(
                processId,
                spec.argv(),
                spec.env(),
                spec.workdir(),
                spec.user(),
                spec.terminal().map(size -> new WindowSize(size.columns(), size.rows())),
                spec.stdin(),
                List.of());
        if (spec.makeWorkdir()) {
            process.startMakingWorkdir(command);
        } else {
            process.start(command);
        }
        return process;
    }

    @Override
    public Optional<EngineProcess> resume(
            BoxId id, String processId, long stdoutOffset, long stderrOffset, ProcessOutput output) {
        // Whether an earlier kill was one of this command's, nobody knows: then 137 is taken to be one.
        BoxProcess process = new BoxProcess(
                running(id), processId, output, () -> support.cgroups().outOfMemoryKills(id), 0);
        try {
            return process.resume(stdoutOffset, stderrOffset) ? Optional.of(process) : Optional.empty();
        } catch (AgentException | IllegalArgumentException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR,
                            "cannot take up command " + processId + " of " + id + ": " + e.getMessage())
                    .because(e);
        }
    }

    @Override
    public void forget(BoxId id, String processId) {
        AgentLink link = links.get(id);
        if (link != null) {
            link.connection().forget(processId);
        }
    }

    @Override
    public void copyIn(BoxId id, String directory, InputStream tar) {
        withFiles(id, transfer -> transfer.in(directory, tar));
    }

    @Override
    public void copyOut(BoxId id, String path, OutputStream tar) {
        withFiles(id, transfer -> transfer.out(path, tar));
    }

    @Override
    public String writeFile(BoxId id, String path, String name, InputStream content) {
        AtomicReference<String> written = new AtomicReference<>(path);
        withFiles(id, transfer -> written.set(transfer.write(path, name, content)));
        return java.util.Objects.requireNonNull(written.get());
    }

    @Override
    public void readFile(BoxId id, String path, FileSink sink) {
        withFiles(id, transfer -> transfer.read(path, sink));
    }

    /** A stopped box is started for it, without a network, and its disk is not to be used otherwise meanwhile. */
    private void withFiles(BoxId id, Consumer<FileTransfer> action) {
        AgentLink link = links.get(id);
        if (link != null) {
            action.accept(new FileTransfer(link));
            return;
        }
        exclusively(id, "reach the files of " + id, box -> {
            remains.ofProcesses(id, box);
            try (AgentLink forFiles = link(id, box, starter.startForFiles(id, box))) {
                action.accept(new FileTransfer(forFiles));
                forFiles.connection().stop(Duration.ZERO);
            } finally {
                remains.ofProcesses(id, box);
            }
        });
    }

    @Override
    public void stop(BoxId id, Duration grace) {
        exclusively(id, "stop " + id, box -> {
            AgentLink link = links.remove(id);
            if (link != null) {
                end(link, grace);
            }
            Failpoint.reached("stop.agent-ended");
            remains.ofProcesses(id, box);
        });
    }

    private static void end(AgentLink link, Duration grace) throws InterruptedException {
        try {
            link.connection().stop(grace);
            long deadline = System.nanoTime() + STOP_MARGIN.toNanos();
            while (link.agent().alive() && System.nanoTime() < deadline) {
                Thread.sleep(1);
            }
        } catch (AgentException brokenOrStuck) {
            link.agent().kill();
        }
    }

    @Override
    public void destroy(BoxId id) {
        exclusively(id, "remove " + id, box -> {
            links.remove(id);
            remains.ofProcesses(id, box);
            Failpoint.reached("destroy.processes");
            remains.ofDisk(box);
        });
        locks.remove(id);
    }

    @Override
    public List<BoxId> survivors() {
        List<BoxId> found = new ArrayList<>();
        try {
            if (!Files.isDirectory(home.boxes())) {
                return List.of();
            }
            try (Stream<Path> boxes = Files.list(home.boxes())) {
                for (Path path : boxes.toList()) {
                    String name = String.valueOf(path.getFileName());
                    if (BoxId.isId(name)
                            && Files.isDirectory(path)
                            && runs(new BoxDirectory(path)).isPresent()) {
                        found.add(new BoxId(name));
                    }
                }
            }
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot list the boxes that run: " + e.getMessage())
                    .because(e);
        }
        return found;
    }

    private static Optional<Running> runs(BoxDirectory box) throws IOException {
        return Records.read(box.running(), Running.class)
                .filter(running -> running.process().alive() && !running.forFiles());
    }

    @Override
    public boolean adopt(BoxId id) {
        boolean[] adopted = {links.containsKey(id)};
        exclusively(id, "take over " + id, box -> {
            Optional<Running> running = runs(box);
            if (running.isEmpty()) {
                remains.ofProcesses(id, box);
                adopted[0] = false;
            } else if (!links.containsKey(id)) {
                AgentLink link = link(id, box, running.get().process());
                FileTransfer.endAbandoned(link);
                links.put(id, link);
                adopted[0] = true;
            }
        });
        return adopted[0];
    }

    @Override
    public EffectiveLimits limits(BoxId id) {
        return gauges(id).map(Gauges::limits).orElse(EffectiveLimits.UNKNOWN);
    }

    @Override
    public Usage usage(BoxId id) {
        return gauges(id).map(Gauges::usage).orElse(Usage.UNKNOWN);
    }

    private Optional<Gauges> gauges(BoxId id) {
        return Optional.ofNullable(links.get(id))
                .map(link -> new Gauges(support.cgroups(), id, link.agent(), support.diskLimited()));
    }

    @Override
    public Details details(BoxId id) {
        BoxDirectory box = BoxDirectory.of(home, id);
        AgentLink link = links.get(id);
        return new Details(
                link == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(link.agent().pid()),
                box.paths(support.diskLimited()),
                Network.details(box));
    }

    @Override
    public void onBoxEnded(BoxEnded listener) {
        listeners.add(listener);
    }

    /** Leaves all boxes and their commands running, for the next daemon. */
    @Override
    public void close() {
        watch.close();
        links.values().forEach(AgentLink::close);
        links.clear();
    }

    private AgentLink running(BoxId id) {
        AgentLink link = links.get(id);
        if (link == null) {
            throw new ProblemException(ErrorCode.BOX_NOT_RUNNING, "box " + id + " does not run");
        }
        return link;
    }

    private void endWhenGone(BoxId id, AgentLink link) {
        if (link.fault().isPresent()) {
            link.agent().kill();
        }
        if (!link.agent().alive() && links.remove(id, link)) {
            Thread.ofVirtual().name("end of " + id).start(() -> endedByItself(id, link));
        }
    }

    /** What cannot be cleaned up now is when the box is started, stopped or removed; its end is told all the same. */
    private void endedByItself(BoxId id, AgentLink link) {
        try {
            exclusively(id, "clean up after " + id, box -> {
                if (!links.containsKey(id)) {
                    remains.ofProcesses(id, box);
                }
            });
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
        String reason = link.fault().orElse("its first process was ended from outside the box");
        listeners.forEach(listener -> listener.ended(id, reason));
    }

    /** What is done to one box while nothing else is. */
    private interface Action {
        void on(BoxDirectory box) throws IOException, InterruptedException;
    }

    private void exclusively(BoxId id, String tried, Action action) {
        ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
        lock.lock();
        try {
            action.on(BoxDirectory.of(home, id));
        } catch (IOException | AgentException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + e.getMessage()).because(e);
        } catch (InterruptedException e) {
            throw Commands.interrupted(tried, e);
        } finally {
            lock.unlock();
        }
    }
}
