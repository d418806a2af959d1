package boxrun.cli.command;

import boxrun.cli.terminal.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the meaning of a command line depends on besides its words.
 *
 * @param directory that relative paths start from
 * @param interactive whether a person is at both ends, see {@link Console#isInteractive}
 * @param inIsTerminal whether standard input is a terminal
 */
public record Surroundings(Map<String, String> environment, Path directory, boolean interactive, boolean inIsTerminal) {
    /** The sources of images that are paths of this machine, as 'boxrun help image-names' tells. */
    private static final List<String> PATH_SOURCES = List.of("docker-archive:", "oci:", "oci-archive:", "rootfs:");

    /** Those of this process. */
    public static Surroundings of(Console console) {
        return new Surroundings(
                System.getenv(),
                Path.of(System.getProperty("user.dir", "/")),
                console.isInteractive(),
                console.inIsTerminal());
    }

    /** Whether a terminal of this kind can write over a line. */
    boolean canDraw() {
        return !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** The user's home directory, where {@code ~} points. */
    public Optional<Path> home() {
        String home = environment.get("HOME");
        return home == null || home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home));
    }

    /**
     * The path of a file of this machine as the user wrote it, made absolute: relative, absolute, or below {@code ~}.
     */
    public Path resolve(String path) {
        if (path.equals("~") || path.startsWith("~/")) {
            Path home = home().orElseThrow(() -> new UsageException("cannot expand '" + path + "': HOME is not set"));
            return home.resolve(path.substring(Math.min(path.length(), 2))).normalize();
        }
        return directory.resolve(path).normalize();
    }

    /** An image as the user wrote it; a path in it is made absolute, since the daemon works in another directory. */
    String image(String reference) {
        for (String source : PATH_SOURCES) {
            if (reference.startsWith(source) && reference.length() > source.length()) {
                return source + resolve(reference.substring(source.length()));
            }
        }
        return reference;
    }
}
