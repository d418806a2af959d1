package boxrun.cli.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The machine that is looked at.
 *
 * @param root below which its files are; a test has a small tree of its own
 * @param uid of the user who is to run boxes
 * @param user that user's name
 * @param programs runs a command line to its end
 */
public record Machine(
        Path root, long uid, String user, Map<String, String> environment, Function<List<String>, Answer> programs) {
    /** A user's PATH often lacks the directories of administration, where mkfs is. */
    private static final List<String> MORE = List.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin");

    /** The first of these that a kernel's release begins with: {@code 6.1.0-18-amd64} is 6 and 1. */
    record Kernel(int major, int minor) {
        boolean isAtLeast(int wantedMajor, int wantedMinor) {
            return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
        }
    }

    /** How a program ended; code -1 when it could not be started. */
    public record Answer(int code, String output) {}

    /** The machine of this process. */
    public static Machine ofThisProcess(Map<String, String> environment) throws IOException {
        long uid = Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        return new Machine(Path.of("/"), uid, System.getProperty("user.name", ""), environment, Machine::run);
    }

    private static Answer run(List<String> words) {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .start();
            try (var output = process.getInputStream()) {
                String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
                return new Answer(process.waitFor(), text.strip());
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return new Answer(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(-1, "interrupted");
        }
    }

    boolean isRoot() {
        return uid == 0;
    }

    Path path(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    boolean has(String absolute) {
        return Files.exists(path(absolute));
    }

    /** The text of a file without the white space around it; empty when it cannot be read. */
    Optional<String> text(String absolute) {
        try {
            return Optional.of(Files.readString(path(absolute)).strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    boolean isSet(String setting, String value) {
        return text(setting).equals(Optional.of(value));
    }

    Kernel kernel() {
        String[] numbers = text("/proc/sys/kernel/osrelease").orElse("").split("[^0-9]+", -1);
        return numbers.length < 2 || numbers[0].isEmpty() || numbers[1].isEmpty()
                ? new Kernel(0, 0)
                : new Kernel(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    }

    /** Where a program is: by its path, or its name. */
    Optional<Path> program(String name) {
        if (name.contains("/")) {
            return Optional.of(path(Path.of(name).toAbsolutePath().toString())).filter(Files::isExecutable);
        }
        List<String> directories =
                new ArrayList<>(List.of(environment.getOrDefault("PATH", "").split(File.pathSeparator)));
        directories.addAll(MORE);
        return directories.stream()
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> path(directory).resolve(name))
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isExecutable(candidate))
                .findFirst();
    }
}
