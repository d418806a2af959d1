package boxrun.daemon.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The agent as PID 1 of a box that crun made, with a user namespace and nothing in it but busybox. */
final class BoxedAgent implements AgentUnderTest {
    private static final int BOX_ROOT = 100_000;

    /** Opens the socket, as the launcher does, and passes it on as descriptor 3. */
    private static final String LISTEN =
            "$^F = 9; socket(S, PF_UNIX, SOCK_STREAM, 0) && bind(S, pack_sockaddr_un(shift)) && listen(S, 8) or die $!;"
                    + "dup2(fileno(S), 3); exec @ARGV or die $!";

    private static final String CONFIG = """
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "hostname": "box",
             "process": {"user": {"uid": 0, "gid": 0}, "cwd": "/", "env": ["PATH=/bin"],
               "args": ["/.boxrun/agent", "--listen-fd", "3"],
               "capabilities": {"bounding": CAPS, "effective": CAPS, "permitted": CAPS}},
             "mounts": [
               {"destination": "/proc", "type": "proc", "source": "proc"},
               {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
               {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
                "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
               {"destination": "/.boxrun/agent", "type": "bind", "source": "AGENT", "options": ["bind", "ro"]},
               {"destination": "/.boxrun/busybox", "type": "bind", "source": "/usr/bin/busybox",
                "options": ["bind", "ro"]}],
             "linux": {
               "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"},
                 {"type": "network"}, {"type": "user"}],
               "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
               "gidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}]}}
            """;
    private static final String CAPABILITIES = """
            ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE",
             "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"]""";

    private final Path directory;
    private final Process crun;

    private BoxedAgent(Path directory, Process crun) {
        this.directory = directory;
        this.crun = crun;
    }

    static BoxedAgent start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("box");
        makeBundle(directory);
        // On a host with hybrid cgroups, crun runs only where the unified hierarchy cannot be seen.
        String script = "umount /sys/fs/cgroup/unified 2>/dev/null; exec perl -MSocket -MPOSIX=dup2 -e \"$1\" \"$2\" "
                + "crun --cgroup-manager=cgroupfs --root \"$3\" run --preserve-fds 1 --pid-file \"$4\" -b \"$5\" \"$6\"";
        Process crun = new ProcessBuilder(List.of(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        LISTEN,
                        directory.resolve("agent.sock").toString(),
                        directory.resolve("state").toString(),
                        directory.resolve("pid").toString(),
                        directory.toString(),
                        name(directory)))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Path pid = directory.resolve("pid");
        while (!Files.exists(pid) || Files.size(pid) == 0) {
            if (crun.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IOException("crun ended: " + Files.readString(directory.resolve("log")));
            }
        }
        return new BoxedAgent(directory, crun);
    }

    private static String name(Path directory) {
        return "agent-test-" + directory.getFileName();
    }

    private static void makeBundle(Path directory) throws IOException, InterruptedException {
        Files.setAttribute(directory, "unix:mode", 0755);
        Path root = directory.resolve("rootfs");
        for (String each : List.of("", ".boxrun", "bin", "etc", "proc", "dev", "tmp", "root")) {
            Files.createDirectories(root.resolve(each));
        }
        Process list = new ProcessBuilder("/usr/bin/busybox", "--list").start();
        for (String applet : new String(list.getInputStream().readAllBytes(), UTF_8).split("\n", -1)) {
            if (!applet.isEmpty() && !applet.equals("busybox")) {
                Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("/.boxrun/busybox"));
            }
        }
        Files.writeString(
                root.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/false\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n");
        Files.writeString(root.resolve(".boxrun/agent"), "");
        Files.writeString(root.resolve(".boxrun/busybox"), "");
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", BOX_ROOT, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:gid", BOX_ROOT, LinkOption.NOFOLLOW_LINKS);
            }
        }
        Files.setAttribute(root.resolve("tmp"), "unix:mode", 01777);
        String agent =
                AgentProcess.NATIVE.resolve("boxrun-agent").toAbsolutePath().toString();
        Files.writeString(
                directory.resolve("config.json"),
                CONFIG.replace("CAPS", CAPABILITIES).replace("AGENT", agent));
    }

    @Override
    public Path socket() {
        return directory.resolve("agent.sock");
    }

    @Override
    public long pid() {
        try {
            return Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int awaitExit() throws InterruptedException {
        return crun.waitFor();
    }

    @Override
    public String busybox() {
        return "/.boxrun/busybox";
    }

    @Override
    public void close() throws IOException {
        new ProcessBuilder("crun", "--root", directory.resolve("state").toString(), "delete", "-f", name(directory))
                .start()
                .onExit()
                .join();
        crun.onExit().join();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
