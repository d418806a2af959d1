package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessSpec;
import boxrun.daemon.engine.RecordedOutput;
import boxrun.daemon.engine.TerminalSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No descriptor of the host is left open in a box, and none can be reached by its number (CVE-2024-21626). */
@Timeout(120)
class DescriptorsTest {
    @TempDir
    Path state;

    @Test
    void theFirstProcessHoldsNothingThatIsAFileOfTheHost() throws Exception {
        try (Boxes boxes = new Boxes(state)) {
            BoxId box = boxes.box();
            boxes.start(box, new RecordedOutput(), "sleep", "1000");
            assertThat(files(agent(state, box))).isEmpty();
        }
    }

    @Test
    void noCommandHasADirectoryOfTheHostAsItsWorkingDirectory() throws Exception {
        try (Boxes boxes = new Boxes(state)) {
            BoxId box = boxes.box();
            for (String of : List.of("/proc/self/fd/", "/proc/1/fd/", "/dev/fd/")) {
                for (int fd = 0; fd < 12; fd++) {
                    assertThat(startIn(boxes.engine(), box, of + fd)).isInstanceOf(ProcessEnd.NotStarted.class);
                }
            }
        }
    }

    /** What the tests above would see, and that a command is still kept from it. */
    @Test
    void aRuntimeThatLeaksADirectoryIsNoticedAndItsLeakReachesNoCommand() throws Exception {
        Path runtime = Files.writeString(state.resolve("leaking"), """
                #!/bin/sh
                exec 9</etc
                case " $* " in
                *' --preserve-fds 1 '*) exec crun $(echo "$*" | sed 's/--preserve-fds 1/--preserve-fds 7/') ;;
                *) exec crun "$@" ;;
                esac
                """);
        assertThat(runtime.toFile().setExecutable(true)).isTrue();
        BoxId box = BoxId.random();
        try (ContainerEngine engine = new ContainerEngine(new Home(state), Boxes.NATIVES, runtime.toString())) {
            engine.launch(box, Boxes.launch(Boxes.HOST));
            assertThat(files(agent(state, box))).containsExactly("/etc");
            assertThat(startIn(engine, box, "/proc/self/fd/9")).isInstanceOf(ProcessEnd.NotStarted.class);
            assertThat(startIn(engine, box, "/proc/1/fd/9")).isInstanceOf(ProcessEnd.NotStarted.class);
            engine.destroy(box);
        }
        Trace.assertNone(state, box);
    }

    /** The runtime gives its standard streams to the box's root, who could then take /dev/null from all of the host. */
    @Test
    void theHostsNullDeviceStaysTheHosts() throws Exception {
        Path device = Path.of("/dev/null");
        Files.setAttribute(device, "unix:uid", 0);
        Files.setAttribute(device, "unix:gid", 0);
        try (Boxes boxes = new Boxes(state)) {
            BoxId box = boxes.box();
            assertThat(boxes.sh(box, "chmod 0666 /dev/null || touch -a /dev/null")
                            .well())
                    .isFalse();
        }
        assertThat(Files.getAttribute(device, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(device, "unix:gid")).isEqualTo(0);
    }

    @Test
    void aTerminalIsTheBoxsOwn() throws Exception {
        try (Boxes boxes = new Boxes(state)) {
            BoxId box = boxes.box();
            RecordedOutput output = new RecordedOutput();
            start(
                    boxes.engine(),
                    box,
                    "/",
                    Optional.of(new TerminalSize(80, 24)),
                    output,
                    "sh",
                    "-c",
                    "tty; ls /dev/pts");
            output.awaitEnd();
            assertThat(output.stdout().split("\\s+", 0)).containsExactly("/dev/pts/0", "0", "ptmx");
        }
    }

    private static ProcessEnd startIn(ContainerEngine engine, BoxId box, String directory) throws InterruptedException {
        RecordedOutput output = new RecordedOutput();
        start(engine, box, directory, Optional.empty(), output, "ls", "-l", "..");
        return output.awaitEnd();
    }

    private static void start(
            ContainerEngine engine,
            BoxId box,
            String directory,
            Optional<TerminalSize> terminal,
            RecordedOutput output,
            String... argv) {
        Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
        engine.start(
                box,
                "p" + System.nanoTime(),
                new ProcessSpec(List.of(argv), environment, directory, false, "0", terminal, false),
                output);
    }

    private static Path agent(Path state, BoxId box) {
        return Path.of("/proc", Long.toString(Trace.of(state, box).process().pid()), "fd");
    }

    /** The descriptors that are neither sockets, pipes and the like, nor devices of the box's own /dev. */
    private static List<String> files(Path descriptors) throws IOException {
        List<String> files = new ArrayList<>();
        try (Stream<Path> numbers = Files.list(descriptors)) {
            for (Path number : numbers.toList()) {
                String target = target(number);
                if (target.startsWith("/") && !target.equals("/dev/null")) {
                    files.add(target);
                }
            }
        }
        return files;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closedMeanwhile) {
            return "";
        }
    }
}
