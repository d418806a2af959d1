package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** README.md and the transcripts show what the installed boxrun really prints. */
@Timeout(600)
class TranscriptIT {
    static Stream<Path> transcripts() throws IOException {
        List<Path> files = new ArrayList<>();
        files.add(Path.of("README.md"));
        try (Stream<Path> list = Files.list(Installation.checkout().resolve("cli/src/test/transcripts"))) {
            list.sorted().forEach(file -> files.add(Installation.checkout().relativize(file)));
        }
        return files.stream();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void theConsoleShowsWhatIsWritten(Path file) throws IOException, InterruptedException {
        Transcript transcript = Transcript.read(Installation.checkout().resolve(file));
        assertThat(transcript.steps()).isNotEmpty();
        String mark = UUID.randomUUID().toString();
        try (Installation installation = Installation.create()) {
            Path script = Files.writeString(installation.work().resolveSibling("script"), transcript.script(mark));
            Path output = installation.work().resolveSibling("output");
            Process shell = installation
                    .process("bash", "--norc", "--noprofile", script.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                shell.waitFor();
            } finally {
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
            assertThat(String.join(
                            "\n\n",
                            transcript.differences(
                                    new String(Files.readAllBytes(output), StandardCharsets.UTF_8), mark)))
                    .isEmpty();
        }
    }
}
