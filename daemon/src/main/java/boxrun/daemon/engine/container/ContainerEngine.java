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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Boxes as containers of this host: processes in namespaces of their own, started by an OCI runtime, with the agent as
 * the first of them. What a running box consists of is written beside its disk, so another daemon can take it over.
 */
public final class ContainerEngine implements Engine, AutoCloseable {
    /** A process that was asked to end by its agent and has not is killed after this much more than its grace. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(10);

    private static final int CLEANING_ATTEMPTS = 3;

    private final Home home;
    private final HostSupport support;
    private final Starter starter;
    private final Remains remains;
    private final BoxLocks locks;
    private final LiveBoxes live;
    private final FileAccess files;

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
        this.locks = new BoxLocks(home);
        this.live = new LiveBoxes(locks, remains);
        this.files = new FileAccess(locks, live, starter, remains);
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
        locks.exclusively(id, "start " + id, box -> {
            if (Records.read(box.running(), Running.class).isPresent()) {
                requireEnded(id, box);
            }
            boolean first = !Files.exists(box.launched());
            try {
                Files.createDirectories(box.engine());
                ProcessIdentity process = starter.start(id, box, launch);
                // An agent that answers has been executed: before, nobody else may look into its namespaces.
                AgentLink link = live.link(id, box, process);
                try {
                    if (launch.network()) {
                        support.network().connect(box, process, launch.ports());
                    }
                } catch (RuntimeException e) {
                    link.close();
                    throw e;
                }
                Failpoint.reached("launch.connected");
                live.add(id, link);
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

    private void requireEnded(BoxId id, BoxDirectory box) throws IOException, InterruptedException {
        Running running = Records.read(box.running(), Running.class).orElseThrow();
        if (running.process().alive() && !running.forFiles()) {
            throw new ProblemException(ErrorCode.BOX_ALREADY_RUNNING, "cannot start " + id + ": it runs");
        }
        remains.ofProcesses(id, box);
    }

    @Override
    public EngineProcess start(BoxId id, String processId, ProcessSpec spec, ProcessOutput output) {
        BoxProcess process =
                new BoxProcess(live.require(id), processId, output, Kills.fromNow(outOfMemory(id), overDisk(id)));
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
        BoxProcess process =
                new BoxProcess(live.require(id), processId, output, Kills.fromBefore(outOfMemory(id), overDisk(id)));
        try {
            return process.resume(stdoutOffset, stderrOffset) ? Optional.of(process) : Optional.empty();
        } catch (AgentException | IllegalArgumentException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR,
                            "cannot take up command " + processId + " of " + id + ": " + e.getMessage())
                    .because(e);
        }
    }

    private LongSupplier outOfMemory(BoxId id) {
        return () -> support.cgroups().outOfMemoryKills(id);
    }

    private LongSupplier overDisk(BoxId id) {
        return () -> DiskWatch.ends(BoxDirectory.of(home, id));
    }

    @Override
    public void forget(BoxId id, String processId) {
        live.find(id).ifPresent(link -> link.connection().forget(processId));
    }

    @Override
    public void copyIn(BoxId id, String directory, InputStream tar) {
        files.with(id, transfer -> transfer.in(directory, tar));
    }

    @Override
    public void copyOut(BoxId id, String path, OutputStream tar) {
        files.with(id, transfer -> transfer.out(path, tar));
    }

    @Override
    public String writeFile(BoxId id, String path, String name, InputStream content) {
        AtomicReference<String> written = new AtomicReference<>(path);
        files.with(id, transfer -> written.set(transfer.write(path, name, content)));
        return java.util.Objects.requireNonNull(written.get());
    }

    @Override
    public void readFile(BoxId id, String path, FileSink sink) {
        files.with(id, transfer -> transfer.read(path, sink));
    }

    @Override
    public void stop(BoxId id, Duration grace) {
        locks.exclusively(id, "stop " + id, box -> {
            Optional<AgentLink> link = live.remove(id);
            if (link.isPresent()) {
                end(link.get(), grace);
            }
            Failpoint.reached("stop.agent-ended");
            remains.ofProcesses(id, box);
        });
    }

    private static void end(AgentLink link, Duration grace) throws InterruptedException {
        try {
            FileTransfer.endUploads(link);
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
        locks.exclusively(id, "remove " + id, box -> {
            live.remove(id);
            remains.ofProcesses(id, box);
            Failpoint.reached("destroy.processes");
            remains.ofDisk(box);
        });
        locks.forget(id);
    }

    @Override
    public List<BoxId> survivors() {
        return new Survivors(home).all();
    }

    @Override
    public boolean adopt(BoxId id) {
        boolean[] adopted = {live.contain(id)};
        locks.exclusively(id, "take over " + id, box -> {
            Optional<Running> running = Survivors.of(box);
            if (running.isEmpty()) {
                remains.ofProcesses(id, box);
                adopted[0] = false;
            } else if (!live.contain(id)) {
                AgentLink link = live.link(id, box, running.get().process());
                FileTransfer.endAbandoned(link);
                support.diskWatch().start(box, running.get().process());
                live.add(id, link);
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
        return live.find(id).map(link -> new Gauges(support.cgroups(), id, link.agent(), support.diskLimited()));
    }

    @Override
    public Details details(BoxId id) {
        BoxDirectory box = BoxDirectory.of(home, id);
        return new Details(
                live.find(id).map(link -> OptionalLong.of(link.agent().pid())).orElseGet(OptionalLong::empty),
                box.paths(support.diskLimited()),
                Network.details(box));
    }

    @Override
    public void onBoxEnded(BoxEnded listener) {
        live.onBoxEnded(listener);
    }

    /** Leaves all boxes and their commands running, for the next daemon. */
    @Override
    public void close() {
        live.close();
    }
}
