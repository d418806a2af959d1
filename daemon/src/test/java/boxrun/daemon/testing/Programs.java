package boxrun.daemon.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs programs of the system that tests lean on. */
public final class Programs {
    private Programs() {}

    /** Runs a program to its end and returns what it printed; fails when it fails. */
    public static String run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(List.of(words) + " ended with " + process.exitValue() + ":\n" + output);
        }
        return output;
    }

    /** The directory of the native programs that the build has made. */
    public static Path nativePrograms() {
        return Path.of(System.getProperty("boxrun.native", "target/native")).toAbsolutePath();
    }
}
