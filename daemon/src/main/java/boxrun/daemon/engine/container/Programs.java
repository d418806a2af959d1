package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds programs of the host. */
final class Programs {
    /** A user's PATH often lacks the directories of administration, where mkfs is. */
    private static final List<String> MORE = List.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private Programs() {}

    static Optional<Path> find(String name) {
        List<Path> candidates = new ArrayList<>();
        if (name.contains("/")) {
            candidates.add(Path.of(name).toAbsolutePath());
        } else {
            List<String> directories = new ArrayList<>(
                    List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)));
            directories.addAll(MORE);
            directories.stream()
                    .filter(directory -> directory.startsWith("/"))
                    .forEach(directory -> candidates.add(Path.of(directory, name)));
        }
        return candidates.stream()
                .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .findFirst();
    }

    /** The program, or a problem whose hint names the Debian package that has it. */
    static Path require(String name, String purpose, String aptPackage) {
        return find(name)
                .orElseThrow(() -> new ProblemException(
                                ErrorCode.RUNTIME_ERROR, "cannot " + purpose + ": there is no program " + name)
                        .hint("install it: apt install " + aptPackage));
    }
}
