package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.launcher.LaunchFailure;
import boxrun.daemon.store.Failpoint;
import boxrun.json.Json;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Starts boxes' first processes. It is one chain without a shell: the launcher makes the mounts and becomes the
 * runtime, the runtime makes the container and leaves the agent running in it.
 */
final class Starter {
    private static final Path NULL = Path.of("/dev/null");

    private final HostSupport support;
    private final UnaryOperator<Map<String, Object>> change;

    /** @param change to the configuration of each box before it is written */
    Starter(HostSupport support, UnaryOperator<Map<String, Object>> change) {
        this.support = support;
        this.change = change;
    }

    /** Writes what a box is made of and starts it. */
    ProcessIdentity start(BoxId id, BoxDirectory box, Launch launch) throws IOException {
        Seccomp seccomp = support.seccomp();
        Map<String, Object> config = change.apply(new RuntimeSpec(support, seccomp).of(id, launch));
        Files.createDirectories(box.bundle());
        Files.write(box.config(), Json.OCI.bytes(config));
        EtcFiles.write(box, launch);
        List<String> arguments = arguments(id, box, launch);
        ProcessIdentity process = run(box, arguments, false);
        Records.write(box.launched(), new Launched(arguments));
        seccomp.keep(box.runtime().resolve(id.value()).resolve("seccomp.bpf"));
        return process;
    }

    /** Starts a box as it was started last, to reach its files. */
    ProcessIdentity startForFiles(BoxId id, BoxDirectory box) throws IOException {
        Launched launched = Records.read(box.launched(), Launched.class)
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.RUNTIME_ERROR, "cannot reach the files of " + id + ": it was never started"));
        return run(box, launched.arguments(), true);
    }

    private ProcessIdentity run(BoxDirectory box, List<String> arguments, boolean forFiles) throws IOException {
        Files.deleteIfExists(box.pidFile());
        String tried = "start the box";
        Process process = new ProcessBuilder(support.launcher().command("up", arguments))
                .directory(Path.of("/").toFile())
                .redirectInput(NULL.toFile())
                .redirectOutput(Redirect.DISCARD)
                // No pipe: the agent inherits it until it takes /dev/null, and the pipe would not end before.
                .redirectError(box.messages().toFile())
                .start();
        Failpoint.reached("launch.spawned");
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw LaunchFailure.problem(tried, code, Files.readString(box.messages(), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw Commands.interrupted(tried, e);
        }
        Failpoint.reached("launch.up");
        long pid = Long.parseLong(Files.readString(box.pidFile()).strip());
        ProcessIdentity started = ProcessIdentity.of(pid)
                .orElseThrow(() -> new ProblemException(
                        ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": its agent has ended at once"));
        Records.write(box.running(), new Running(started, forFiles));
        Failpoint.reached("launch.recorded");
        support.diskWatch().start(box, started);
        return started;
    }

    private List<String> arguments(BoxId id, BoxDirectory box, Launch launch) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--mounts", support.mounts().toString()));
        arguments.addAll(List.of("--socket", box.socket().toString()));
        if (!support.launcher().ids().privileged()) {
            arguments.add("--enter");
        }
        if (launch.ephemeral()) {
            arguments.add("--ephemeral");
        }
        EtcFiles.NAMES.forEach(
                name -> arguments.addAll(List.of("--file", box.etc(name).toString())));
        arguments.addAll(disk(box, launch));
        arguments.addAll(rootfs(launch.image().rootfs()));
        arguments.addAll(new VolumeMounts(box).arguments(launch.volumes()));
        arguments.add("--");
        arguments.addAll(support.runtime().run(box, id, support.cgroups().manager()));
        return arguments;
    }

    private List<String> disk(BoxDirectory box, Launch launch) throws IOException {
        if (!support.diskLimited()) {
            Files.createDirectories(box.disk());
            DiskWatch.limit(box, launch.limits().diskSizeGb());
            return List.of("--directory", box.disk().toString());
        }
        DiskTemplates templates =
                new DiskTemplates(support.cache(), support.launcher().ids());
        Path template = templates.of(launch.limits().diskSizeGb(), launch.ephemeral());
        return List.of("--image", box.image().toString(), "--template", template.toString());
    }

    private static List<String> rootfs(Rootfs rootfs) {
        return switch (rootfs) {
            case Rootfs.Layers(Path store, List<String> names) ->
                names.stream()
                        .flatMap(name -> List.of("--layer", store.resolve(name).toString()).stream())
                        .toList();
            case Rootfs.Directory(Path path) -> List.of("--tree", path.toString());
            case Rootfs.Host() -> List.of("--host");
        };
    }
}
