package boxrun.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Java sources have one format, palantir-java-format's. A test and not a Maven plugin, because plugins run on Maven's
 * own JVM, whose parser may be older than the language of the sources. {@code .dev/format} runs it with
 * {@code -Dboxrun.format=apply}, which rewrites the files instead.
 */
class FormatTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("boxrun.checkout", ".."));

    @Test
    @Timeout(120)
    void everySourceFileIsFormatted() throws IOException, FormatterException {
        boolean apply = "apply".equals(System.getProperty("boxrun.format"));
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(true)
                .build());
        List<Path> unformatted = new ArrayList<>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            String formatted = formatter.formatSource(ImportOrderer.reorderImports(
                    RemoveUnusedImports.removeUnusedImports(source), JavaFormatterOptions.Style.PALANTIR));
            if (!formatted.equals(source)) {
                if (apply) {
                    Files.writeString(file, formatted);
                } else {
                    unformatted.add(CHECKOUT.relativize(file));
                }
            }
        }
        assertThat(unformatted).as("files to format with .dev/format").isEmpty();
    }

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String module : List.of("common", "daemon", "cli")) {
            try (Stream<Path> tree = Files.walk(CHECKOUT.resolve(module).resolve("src"))) {
                tree.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
            }
        }
        return files;
    }
}
