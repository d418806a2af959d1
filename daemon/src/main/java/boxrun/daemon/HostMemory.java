package boxrun.daemon;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this host has. */
final class HostMemory {
    private HostMemory() {}

    /** In MiB, from the kernel's own account (proc_meminfo(5), in kB). */
    static long megabytes() {
        Path account = Path.of("/proc/meminfo");
        try {
            for (String line : Files.readAllLines(account)) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
                }
            }
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot read " + account + ": " + e.getMessage())
                    .because(e);
        }
        throw new ProblemException(ErrorCode.RUNTIME_ERROR, account + " does not say how much memory there is");
    }
}
