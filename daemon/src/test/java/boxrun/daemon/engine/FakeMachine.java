package boxrun.daemon.engine;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What outlives a {@link FakeEngine}: the boxes' directories and processes. */
public final class FakeMachine {
    private final Path root;
    private final Map<BoxId, Map<String, FakeProcess>> running = new ConcurrentHashMap<>();
    private volatile Engine.BoxEnded listener = (box, reason) -> {};

    public FakeMachine(Path root) {
        this.root = root;
    }

    /** A path of a box as a path of the host. */
    public Path inside(BoxId box, String path) {
        return root.resolve(box.value()).resolve(path.substring(1)).normalize();
    }

    /** A box runs, whoever knows of it. */
    public void launch(BoxId box) {
        try {
            Files.createDirectories(inside(box, "/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        running.put(box, new ConcurrentHashMap<>());
    }

    FakeProcess start(BoxId box, String id, ProcessSpec spec, ProcessOutput output) {
        Map<String, FakeProcess> processes = running.get(box);
        if (processes == null) {
            throw new ProblemException(
                    ErrorCode.RUNTIME_ERROR, "cannot start a command in " + box + ": it does not run");
        }
        FakeProcess process = new FakeProcess(inside(box, "/"), box.value(), id, spec, output);
        processes.put(id, process);
        process.start();
        return process;
    }

    Optional<EngineProcess> resume(BoxId box, String id, long stdout, long stderr, ProcessOutput output) {
        FakeProcess process = running.getOrDefault(box, Map.of()).get(id);
        if (process == null) {
            return Optional.empty();
        }
        process.attach(output, stdout, stderr);
        return Optional.of(process);
    }

    void forget(BoxId box, String id) {
        Map<String, FakeProcess> processes = running.get(box);
        if (processes != null) {
            processes.remove(id);
        }
    }

    void stop(BoxId box, Duration grace) {
        Map<String, FakeProcess> processes = running.remove(box);
        if (processes != null) {
            String mark = FakeProcess.BOX + "=" + box.value();
            HostProcesses.end(mark, grace);
            processes.values().forEach(process -> process.awaitEnd(() -> HostProcesses.end(mark, Duration.ZERO)));
        }
    }

    void destroy(BoxId box) {
        stop(box, Duration.ZERO);
        HostProcesses.end(FakeProcess.BOX + "=" + box.value(), Duration.ZERO);
        try {
            HostProcesses.deleteTree(inside(box, "/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The boxes that run. */
    public List<BoxId> running() {
        return List.copyOf(running.keySet());
    }

    void onBoxEnded(Engine.BoxEnded newListener) {
        this.listener = newListener;
    }

    /** The daemon is gone: nobody takes output any more. */
    public void loseDaemon() {
        listener = (box, reason) -> {};
        running.values().forEach(processes -> processes.values().forEach(FakeProcess::detach));
    }

    /** A box's processes are gone, as if its PID 1 had been killed. */
    public void crash(BoxId box) {
        stop(box, Duration.ZERO);
        Thread.startVirtualThread(() -> listener.ended(box, "its first process was killed"));
    }

    /** Every process of every box and every directory, for a test's end. */
    public void clear() {
        for (BoxId box : new ArrayList<>(running.keySet())) {
            destroy(box);
        }
    }
}
