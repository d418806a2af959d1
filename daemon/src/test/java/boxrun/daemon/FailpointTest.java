package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.Image;
import boxrun.api.PullImage;
import boxrun.api.Run;
import boxrun.client.ConnectionException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.container.Trace;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.NeedsRoot;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.RegistryServer;
import boxrun.daemon.testing.TarBuilder;
import boxrun.json.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The daemon dies at every step of what changes something. The next daemon finds records, processes, mounts, control
 * groups and directories that agree, and the same request succeeds.
 */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class FailpointTest {
    private static final String CREATE = "{\"name\":\"made\",\"network\":true,\"memory_mb\":64}";

    private final DaemonProcess daemon;
    private final Path failpoint;
    private final RegistryServer registry;
    private final Path directory;

    FailpointTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.failpoint = directory.resolve("failpoint");
        this.registry = RegistryServer.start(directory.resolve("registry"));
        this.daemon = new DaemonProcess()
                .option("-Dboxrun.failpoint=" + failpoint)
                .with("BOXRUN_INSECURE_REGISTRIES", registry.host())
                .start();
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
        registry.close();
    }

    @AfterEach
    void removeBoxes() {
        for (Box box : daemon.client().boxes("all")) {
            daemon.client().remove(box.id(), true);
            Trace.assertNone(daemon.state(), new BoxId(box.id()));
        }
    }

    private interface Request {
        void run() throws Throwable;
    }

    /** Lets the daemon die in a request, starts the next one, and compares what there is. */
    private void dieAt(String name, Request request) throws Exception {
        Files.writeString(failpoint, name);
        // The answer may just have been sent.
        Throwable failure = catchThrowable(request::run);
        if (failure != null) {
            assertThat(failure).as(name).isInstanceOf(ConnectionException.class);
        }
        daemon.awaitEnd();
        List<String> before = daemon.directories();
        Files.delete(failpoint);
        daemon.start();
        List<Box> boxes = daemon.client().boxes("all");
        assertThat(daemon.directories())
                .containsExactlyElementsOf(boxes.stream().map(Box::id).sorted().toList());
        for (String id : before) {
            Optional<Box> box =
                    boxes.stream().filter(each -> each.id().equals(id)).findFirst();
            if (box.isEmpty()) {
                Trace.assertNone(daemon.state(), new BoxId(id));
            } else if (box.get().status() == BoxStatus.RUNNING) {
                assertWorks(box.get());
            } else {
                assertThat(box.get().status()).isEqualTo(BoxStatus.STOPPED);
                Trace.assertOnlyItsDirectory(daemon.state(), new BoxId(id));
            }
        }
    }

    private void assertWorks(Box box) {
        Commands commands = daemon.commands(box);
        assertThat(commands.record(commands.sh("echo works")).stdout()).isEqualTo("works\n");
    }

    private Box stoppedBoxWithFile() {
        Box box = daemon.box(CREATE);
        Commands commands = daemon.commands(box);
        assertThat(commands.record(commands.sh("echo kept > /root/file; sync")).exit())
                .isEqualTo(new ExitData(0, null));
        return daemon.client().stop(box.id());
    }

    private void assertHasFile(Box box) {
        Commands commands = daemon.commands(box);
        assertThat(commands.record(commands.sh("cat /root/file")).stdout()).isEqualTo("kept\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create.resolved",
                "create.directory",
                "launch.spawned",
                "launch.up",
                "launch.recorded",
                "launch.connected",
                "create.launched",
                "record.written",
                "create.saved"
            })
    void create(String name) throws Exception {
        dieAt(name, () -> daemon.box(CREATE));
        List<Box> boxes = daemon.client().boxes("all");
        // From its record on there is a box, though nobody was told.
        assertThat(boxes).hasSize(name.equals("create.saved") ? 1 : 0);
        for (Box box : boxes) {
            daemon.client().remove(box.id(), true);
        }
        assertWorks(daemon.box(CREATE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "launch.spawned",
                "launch.up",
                "launch.recorded",
                "launch.connected",
                "start.launched",
                "record.written"
            })
    void start(String name) throws Exception {
        Box box = stoppedBoxWithFile();
        dieAt(name, () -> daemon.client().start(box.id()));
        if (daemon.client().box("made").status() == BoxStatus.STOPPED) {
            daemon.client().start("made");
        }
        assertHasFile(box);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop.agent-ended", "remains.runtime", "stop.ended", "record.written", "stop.noted"})
    void stop(String name) throws Exception {
        Box box = stoppedBoxWithFile();
        daemon.client().start("made");
        dieAt(name, () -> daemon.client().stop("made"));
        assertThat(daemon.client().box("made").status()).isEqualTo(BoxStatus.STOPPED);
        daemon.client().start("made");
        assertHasFile(box);
        daemon.client().stop("made");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"remove.forgotten", "remains.runtime", "destroy.processes", "remove.destroyed", "remove.deleted"
            })
    void remove(String name) throws Exception {
        Box box = daemon.box(CREATE);
        dieAt(name, () -> daemon.client().remove(box.id(), true));
        assertThat(daemon.client().boxes("all")).isEmpty();
        assertWorks(daemon.box(CREATE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec.noted", "exec.started", "exec.ended"})
    void exec(String name) throws Exception {
        Commands commands = daemon.commands(daemon.box(CREATE));
        String script = "seq 100000; exit 5";
        dieAt(name, () -> commands.ended(commands.sh(script)));
        Exec exec = commands.api().list().getFirst();
        if (name.equals("exec.noted")) {
            assertThat(commands.ended(exec).status()).isEqualTo(ExecStatus.FAILED);
            assertThat(commands.record(exec).exit().error()).isNotNull();
        } else {
            assertThat(commands.record(exec).stdout()).endsWith("\n100000\n").hasSize(588_895);
            assertThat(commands.ended(exec).exitCode()).isEqualTo(5);
        }
        assertThat(commands.record(commands.sh(script)).exit()).isEqualTo(new ExitData(5, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pull.part",
                "layer.unpacked",
                "layer.moved",
                "record.written",
                "layer.recorded",
                "image.complete",
                "image.recorded"
            })
    void pull(String name) throws Throwable {
        registry.push("oci:" + layout("pull-" + name) + ":test", "test:" + name);
        String reference = registry.host() + "/test:" + name;
        Request pull = () -> daemon.client()
                .pull(Json.WIRE.decode("{\"image\":\"" + reference + "\"}", PullImage.class), progress -> {});
        dieAt(name, pull);
        assertLayersAreWhole();
        pull.run();
        assertAnImage(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "layer.unpacked",
                "layer.moved",
                "record.written",
                "layer.recorded",
                "image.complete",
                "image.recorded"
            })
    void load(String name) throws Exception {
        Path layout = layout("load-" + name);
        Path archive = Path.of(layout + ".tar");
        Programs.run("tar", "-cf", archive.toString(), "-C", layout.toString(), ".");
        dieAt(name, () -> loaded(archive));
        assertLayersAreWhole();
        assertAnImage(loaded(archive).getFirst().reference());
    }

    @Test
    void aBoxThatIsStartedInAdvance() throws Exception {
        daemon.leave();
        daemon.with("BOXRUN_SPARES", "1").start();
        Path layout = layout("spare");
        Path archive = Path.of(layout + ".tar");
        Programs.run("tar", "-cf", archive.toString(), "-C", layout.toString(), ".");
        String image = loaded(archive).getFirst().reference();
        String request = "{\"image\":\"" + image + "\",\"cmd\":[\"no-such\"],\"memory_mb\":64}";
        dieAt("spare.launched", () -> daemon.client().run(Json.WIRE.decode(request, Run.class)));
        assertThat(daemon.directories()).isEmpty();
        daemon.client().removeImage(image);
        daemon.leave();
        daemon.with("BOXRUN_SPARES", "0").start();
    }

    /** An image whose layers no other image has. */
    private Path layout(String name) throws Exception {
        Path layout = Files.createDirectory(directory.resolve(name));
        OciLayoutBuilder image = new OciLayoutBuilder(layout);
        for (String file : List.of("first", "second")) {
            image.layer(new TarBuilder().file(file, name).build(), Compression.GZIP);
        }
        image.tag("test");
        return layout;
    }

    private List<Image> loaded(Path archive) throws Exception {
        try (InputStream bytes = Files.newInputStream(archive)) {
            return daemon.client().load(bytes);
        }
    }

    private void assertAnImage(String reference) {
        assertThat(daemon.client().images()).extracting(Image::reference).containsExactly(reference);
        Box box = daemon.box("{\"image\":\"" + reference + "\"}");
        daemon.client().remove(box.id(), true);
        daemon.client().removeImage(reference);
        assertThat(daemon.client().images()).isEmpty();
    }

    private void assertLayersAreWhole() throws Exception {
        Path images = daemon.state().resolve("images");
        assertThat(images.resolve("tmp")).isEmptyDirectory();
        try (Stream<Path> layers = Files.list(images.resolve("layers"))) {
            List<String> names = layers.map(path -> "" + path.getFileName()).toList();
            assertThat(names.stream().filter(layer -> !layer.endsWith(".json")))
                    .allMatch(layer -> names.contains(layer + ".json"));
        }
    }

    @Test
    @NeedsRoot("it is about the sources, which are not the user's")
    void everyFailpointIsTried() throws Exception {
        Set<String> inProduct = named(Path.of("src/main/java"), "Failpoint\\.reached\\(\"([a-z.-]+)\"\\)");
        Set<String> here = named(Path.of("src/test/java/boxrun/daemon/FailpointTest.java"), "\"([a-z]+\\.[a-z-]+)\"");
        assertThat(here).containsAll(inProduct);
    }

    private static Set<String> named(Path tree, String pattern) throws Exception {
        Set<String> names = new TreeSet<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(tree)) {
            paths.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
        }
        for (Path file : files) {
            Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file, StandardCharsets.UTF_8));
            while (matcher.find()) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }
}
