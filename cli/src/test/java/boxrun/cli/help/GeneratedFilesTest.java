package boxrun.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code completions/} and {@code man/} say what the command line does. {@code .dev/generate} writes them. */
@Timeout(60)
class GeneratedFilesTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("boxrun.checkout", ".."));

    @Test
    void theGeneratedFilesAreUpToDate() throws IOException {
        Map<String, String> wanted = GeneratedFiles.of(new Commands());
        TreeSet<String> differing = new TreeSet<>();
        for (String path : present()) {
            if (!wanted.containsKey(path)) {
                differing.add(path);
            }
        }
        for (Map.Entry<String, String> file : wanted.entrySet()) {
            Path path = CHECKOUT.resolve(file.getKey());
            if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
                differing.add(file.getKey());
            }
        }
        if ("apply".equals(System.getProperty("boxrun.generate"))) {
            write(wanted, differing);
            differing.clear();
        }
        assertThat(differing).as("stale files, to be written by .dev/generate").isEmpty();
    }

    private static List<String> present() throws IOException {
        TreeSet<String> files = new TreeSet<>();
        for (String directory : List.of("completions", "man")) {
            if (Files.isDirectory(CHECKOUT.resolve(directory))) {
                try (Stream<Path> list = Files.list(CHECKOUT.resolve(directory))) {
                    list.forEach(file -> files.add(CHECKOUT.relativize(file).toString()));
                }
            }
        }
        return List.copyOf(files);
    }

    private static void write(Map<String, String> wanted, Set<String> differing) throws IOException {
        for (String name : differing) {
            Path path = CHECKOUT.resolve(name);
            Files.createDirectories(CHECKOUT.resolve(name.substring(0, name.indexOf('/'))));
            if (wanted.containsKey(name)) {
                Files.writeString(path, wanted.get(name));
            } else {
                Files.delete(path);
            }
        }
    }
}
