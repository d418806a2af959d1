package boxrun.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StandardInputTest {
    @Test
    void aThreadThatWaitsForInputIsLetGoWhenNoneIsWanted() throws Exception {
        Process process = start("stop");
        try (OutputStream input = process.getOutputStream()) {
            input.write("some ".getBytes(UTF_8));
            input.flush();
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("the reader is let go")
                    .isTrue();
            assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
                    .isEqualTo("some and the end");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void inputIsReadToItsEnd() throws Exception {
        Process process = start();
        try (OutputStream input = process.getOutputStream()) {
            input.write("all of it, ".getBytes(UTF_8));
        }
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("all of it, and the end");
    }

    @Test
    void anInputThatDoesNotBlockIsWaitedFor() throws Exception {
        // The flag belongs to the pipe's end, which two processes have then.
        String shared = """
                import array, fcntl, os, subprocess, sys, termios
                r, w = os.pipe()
                os.set_blocking(r, False)
                reader = subprocess.Popen(sys.argv[1:], stdin=r)
                os.write(w, b'early, ')
                waiting = array.array('i', [1])
                while waiting[0] and reader.poll() is None:
                    fcntl.ioctl(r, termios.FIONREAD, waiting)
                os.close(r)
                os.write(w, b'late, ')
                os.close(w)
                reader.wait()
                """;
        List<String> words = new ArrayList<>(List.of("python3", "-c", shared));
        words.addAll(command());
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("early, late, and the end");
    }

    private static Process start(String... arguments) throws IOException {
        return new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
    }

    private static List<String> command(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ReadInput.class.getName()));
        words.addAll(List.of(arguments));
        return words;
    }
}
