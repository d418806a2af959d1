package boxrun.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cli/boxrun} in a checkout whose Maven, set-up and result are scripts of the test. */
@Timeout(60)
class CheckoutTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("boxrun.checkout", "..")).resolve("cli/boxrun");

    private record Ended(int code, String out, String err) {}

    @TempDir
    Path directory;

    private Path checkout = Path.of("");
    private Path programs = Path.of("");

    @BeforeEach
    void makeACheckout() throws IOException {
        checkout = directory.resolve("check out");
        programs = Files.createDirectories(directory.resolve("programs"));
        for (String source : List.of("pom.xml", "cli/pom.xml", "cli/src/main/A.java", "cli/src/dist/bin/boxrun")) {
            Path file = checkout.resolve(source);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
            old(file);
        }
        Files.copy(LAUNCHER, checkout.resolve("cli/boxrun"));
        script(checkout.resolve(".dev/setup"), "echo setup \"$@\" >>\"$TRACE\"");
        script(programs.resolve("mvn"), """
                echo "mvn $*" >>"$TRACE"
                mkdir -p cli/target/boxrun/bin
                printf '#!/bin/sh\\necho "ran: $*"\\nexit 7\\n' >cli/target/boxrun/bin/boxrun
                chmod +x cli/target/boxrun/bin/boxrun
                touch cli/target/boxrun/.built
                echo words of the build""");
        for (String program : List.of("make", "gcc", "crun", "pasta", "newuidmap", "mkfs.ext4", "busybox")) {
            script(programs.resolve(program), "");
        }
        for (Path file : List.of(checkout, checkout.resolve("cli/src/main"), checkout.resolve("cli/src/dist"))) {
            old(file);
        }
    }

    @Test
    void theFirstCallBuildsAndTheSecondDoesNot() throws Exception {
        assertThat(run("run", "a b"))
                .isEqualTo(new Ended(
                        7, "ran: run a b\n", "boxrun: building (once for every change of the sources) ...\n"));
        assertThat(trace()).containsExactly("mvn -q -DskipTests package");
        assertThat(run("x")).isEqualTo(new Ended(7, "ran: x\n", ""));
        assertThat(trace()).hasSize(1);
    }

    @Test
    void aChangedOrRemovedSourceIsBuiltAgain() throws Exception {
        run();
        Files.writeString(checkout.resolve("cli/src/main/A.java"), "changed");
        run();
        assertThat(trace()).hasSize(2);
        Files.delete(checkout.resolve("cli/src/main/A.java"));
        run();
        assertThat(trace()).hasSize(3);
        run();
        assertThat(trace()).hasSize(3);
    }

    @Test
    void aSourceThatIsEditedDuringTheBuildIsBuiltAgain() throws Exception {
        script(
                programs.resolve("mvn"),
                Files.readString(programs.resolve("mvn")).replace("mkdir -p", "touch cli/src/main/A.java\nmkdir -p"));
        run();
        run();
        assertThat(trace()).hasSize(2);
    }

    @Test
    void aBuildThatFailsShowsItsWordsAndRunsNothing() throws Exception {
        script(programs.resolve("mvn"), "echo 'A.java:1: no'; exit 1");
        assertThat(run("x")).isEqualTo(new Ended(125, "", """
                                boxrun: building (once for every change of the sources) ...
                                A.java:1: no
                                boxrun: the build failed, see above
                                """));
    }

    @Test
    void twoFirstCallsBuildOnce() throws Exception {
        List<Process> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(start(checkout.resolve("cli/boxrun")));
        }
        for (Process call : calls) {
            assertThat(new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("ran: \n");
        }
        assertThat(trace()).hasSize(1);
    }

    @Test
    void whatIsMissingIsInstalledFirst() throws Exception {
        Files.delete(programs.resolve("crun"));
        run();
        assertThat(trace()).containsExactly("setup run", "mvn -q -DskipTests package");
    }

    @Test
    void itIsFoundThroughLinks() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("check out/cli/boxrun"));
        Path second = Files.createSymbolicLink(directory.resolve("second"), link);
        Process call = start(second, "x");
        assertThat(new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("ran: x\n");
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        Process process = start(checkout.resolve("cli/boxrun"), arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, err);
    }

    private Process start(Path program, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("/bin/sh", program.toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("PATH", programs + ":" + tools());
        builder.environment().put("TRACE", directory.resolve("trace").toString());
        return builder.start();
    }

    /** The ordinary tools and nothing that boxrun needs. */
    private Path tools() throws IOException {
        Path tools = Files.createDirectories(directory.resolve("tools"));
        for (String tool : List.of("sh", "readlink", "dirname", "find", "mkdir", "flock", "touch", "chmod")) {
            Path link = tools.resolve(tool);
            if (!Files.exists(link)) {
                Path original =
                        Files.exists(Path.of("/usr/bin", tool)) ? Path.of("/usr/bin", tool) : Path.of("/bin", tool);
                Files.createSymbolicLink(link, original);
            }
        }
        return tools;
    }

    private List<String> trace() throws IOException {
        return Files.readAllLines(directory.resolve("trace"));
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.startsWith("#!") ? text : "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void old(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }
}
