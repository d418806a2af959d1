package boxrun.daemon.engine;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.image.Rootfs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * An engine for tests: a box is a directory, its commands are processes of the host that start in it. Nothing is
 * isolated: commands use relative paths. What it promises is checked by {@link FakeEngineTest}.
 */
public final class FakeEngine implements Engine {
    private final FakeMachine machine;
    private volatile Consumer<BoxId> beforeLaunch = box -> {};
    private volatile Consumer<BoxId> beforeDestroy = box -> {};

    public FakeEngine(FakeMachine machine) {
        this.machine = machine;
    }

    /** Runs in every launch before anything happens: to make it slow or fail. */
    public void beforeLaunch(Consumer<BoxId> hook) {
        this.beforeLaunch = hook;
    }

    /** Runs in every destroy before anything happens. */
    public void beforeDestroy(Consumer<BoxId> hook) {
        this.beforeDestroy = hook;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                false, false, false, false, false, List.of("nothing is isolated: a box is a directory"));
    }

    @Override
    public void launch(BoxId box, Launch launch) {
        beforeLaunch.accept(box);
        if (launch.image().rootfs() instanceof Rootfs.Directory directory && !Files.isDirectory(directory.path())) {
            throw new ProblemException(
                    ErrorCode.RUNTIME_ERROR, "cannot launch " + box + ": " + directory.path() + " is not a directory");
        }
        machine.launch(box);
    }

    @Override
    public EngineProcess start(BoxId box, String processId, ProcessSpec spec, ProcessOutput output) {
        return machine.start(box, processId, spec, output);
    }

    @Override
    public Optional<EngineProcess> resume(
            BoxId box, String processId, long stdoutOffset, long stderrOffset, ProcessOutput output) {
        return machine.resume(box, processId, stdoutOffset, stderrOffset, output);
    }

    @Override
    public void forget(BoxId box, String processId) {
        machine.forget(box, processId);
    }

    @Override
    public void copyIn(BoxId box, String directory, InputStream tar) {
        try {
            Path target = Files.createDirectories(machine.inside(box, directory));
            Process unpack = new ProcessBuilder("tar", "-C", target.toString(), "-xf", "-")
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream stdin = unpack.getOutputStream()) {
                tar.transferTo(stdin);
            }
            check("copy into " + directory, unpack);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void copyOut(BoxId box, String path, OutputStream tar) {
        Path source = machine.inside(box, path);
        if (!Files.exists(source)) {
            throw new ProblemException(ErrorCode.FILE_NOT_FOUND, "there is no " + path + " in " + box);
        }
        try {
            Process pack = new ProcessBuilder(
                            "tar", "-C", "" + source.getParent(), "-cf", "-", "" + source.getFileName())
                    .start();
            pack.getInputStream().transferTo(tar);
            check("copy " + path, pack);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String writeFile(BoxId box, String path, String name, InputStream content) {
        return new FakeFiles(machine, box).write(path, name, content);
    }

    @Override
    public void readFile(BoxId box, String path, FileSink sink) {
        new FakeFiles(machine, box).read(path, sink);
    }

    private static void check(String action, Process process) throws IOException {
        String words = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + action + ": " + words.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop(BoxId box, Duration grace) {
        machine.stop(box, grace);
    }

    @Override
    public void destroy(BoxId box) {
        beforeDestroy.accept(box);
        machine.destroy(box);
    }

    @Override
    public List<BoxId> survivors() {
        return machine.running();
    }

    @Override
    public boolean adopt(BoxId box) {
        return machine.running().contains(box);
    }

    @Override
    public EffectiveLimits limits(BoxId box) {
        return EffectiveLimits.UNKNOWN;
    }

    @Override
    public Usage usage(BoxId box) {
        return Usage.UNKNOWN;
    }

    @Override
    public Details details(BoxId box) {
        return new Details(OptionalLong.empty(), Map.of("directory", "" + machine.inside(box, "/")), Map.of());
    }

    @Override
    public void onBoxEnded(BoxEnded listener) {
        machine.onBoxEnded(listener);
    }
}
