package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command of the installation loads when it starts: the caches have it all. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartIT {
    private final Installation installation = create();

    private static Installation create() {
        try {
            return Installation.create();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    void makeBox() throws Exception {
        installation.run(0, "env", "boxrun", "create", "--name", "desk", "host");
    }

    @AfterAll
    void removeBox() throws Exception {
        installation.run(0, "env", "boxrun", "rm", "-f", "desk");
        installation.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "exec desk -- true", "run host -- true", "version"})
    void aCommandThatIsGivenOftenMakesNoClassesAndReadsNoJar(String command) throws Exception {
        assertThat(loaded(command))
                .isNotEmpty()
                .filteredOn(line -> !line.endsWith("source: shared objects file"))
                // The JDK's own classes for its flight recorder are in no cache.
                .allMatch(line -> line.endsWith("source: jrt:/java.base"), "is of the JDK");
    }

    /** Every class in a cache is loaded at every start, used or not. */
    @ParameterizedTest
    @ValueSource(strings = {"com.fasterxml.jackson.databind.", "org.jline.", "boxrun.cli.help.HelpText"})
    void theCacheOfTheCommandLineHasNothingThatOnlyOthersNeed(String name) throws Exception {
        assertThat(loaded("version")).noneMatch(line -> line.contains(" " + name));
    }

    /** What the JVM of a command says of the classes that it loads. */
    private List<String> loaded(String command) throws Exception {
        Path log = installation.work().resolve("loaded");
        run("-Xlog:class+load:file=" + log, command);
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("source: ")).toList();
        }
    }

    private void run(String option, String command) throws Exception {
        List<String> words = new ArrayList<>(List.of("env", "_JAVA_OPTIONS=" + option, "boxrun"));
        words.addAll(Arrays.asList(command.split(" ")));
        installation.run(0, words.toArray(String[]::new));
    }
}
