package boxrun.house;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.CreateBox;
import boxrun.json.Json;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cli/src/dist/assemble}, with the jars that these tests run with and an empty file for each native program. */
@Timeout(60)
class InstallationTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("boxrun.checkout", ".."));

    @TempDir
    Path directory;

    /** Run with the class path of the installed command. */
    static final class ReadsWhatMayBeAbsent {
        private ReadsWhatMayBeAbsent() {}

        public static void main(String[] arguments) {
            System.out.print(Json.WIRE.decode("{\"image\":\"host\"}", CreateBox.class));
        }
    }

    @Test
    void theInstalledCommandKnowsWhichMembersMayBeAbsent() throws Exception {
        Path lib = assemble().resolve("lib");
        String classPath = Files.readAllLines(lib.resolve("cli.classpath")).stream()
                .map(jar -> lib.resolve(jar).toString())
                .collect(Collectors.joining(File.pathSeparator));
        Path tests = Path.of(InstallationTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath + File.pathSeparator + tests,
                        ReadsWhatMayBeAbsent.class.getName())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("CreateBox[image=host, name=null");
        assertThat(process.waitFor()).isZero();
    }

    /** A JVM would run the code that a cache holds even where the jar has another; so none may be taken over. */
    @Test
    void aChangedFileMakesAnotherInstallationWithoutTheCachesOfTheFirst() throws Exception {
        Path first = assemble().toRealPath();
        Files.writeString(first.resolve("lib/cli.aot"), "of the first");
        assertThat(assembleAgain()).isEqualTo(first);
        Files.writeString(directory.resolve("checkout/LICENSE"), "changed");
        Path second = assembleAgain();
        assertThat(second).isNotEqualTo(first);
        assertThat(second.resolve("lib/cli.aot")).doesNotExist();
        assertThat(second.resolve("build")).content().isNotEqualTo(Files.readString(first.resolve("build")));
    }

    /** The scope is what puts a jar among those that {@code assemble} is given. */
    @Test
    void theAnnotationThatSaysWhatMayBeAbsentIsThereAtRunTime() throws Exception {
        assertThat(XPathFactory.newInstance()
                        .newXPath()
                        .evaluate(
                                "count(/project/dependencies/dependency[artifactId='jspecify' and not(scope)])",
                                DocumentBuilderFactory.newInstance()
                                        .newDocumentBuilder()
                                        .parse(CHECKOUT.resolve("pom.xml").toFile())))
                .isEqualTo("1");
    }

    private Path assemble() throws Exception {
        Path jars = Files.createDirectory(directory.resolve("jars"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
            } else if (Files.isDirectory(path.resolve("boxrun/json"))) {
                String jar = jars.resolve("boxrun-common.jar").toString();
                ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "cf", jar, "-C", entry, ".");
            }
        }
        Path checkout = directory.resolve("checkout");
        Path programs = Files.createDirectories(checkout.resolve("daemon/target/native"));
        for (String program : List.of("boxrun-agent", "boxrun-launcher")) {
            Files.createFile(programs.resolve(program));
        }
        Files.createFile(checkout.resolve("LICENSE"));
        Files.createDirectories(checkout.resolve("cli/src"));
        Files.createSymbolicLink(
                checkout.resolve("cli/src/dist"),
                CHECKOUT.resolve("cli/src/dist").toRealPath());
        return assembleAgain();
    }

    private Path assembleAgain() throws Exception {
        Path checkout = directory.resolve("checkout");
        Path jars = directory.resolve("jars");
        Path target = directory.resolve("boxrun");
        Process assemble = new ProcessBuilder(
                        CHECKOUT.resolve("cli/src/dist/assemble").toString(), "" + checkout, "" + jars, "" + target)
                .inheritIO()
                .start();
        assertThat(assemble.waitFor()).isZero();
        return target.toRealPath();
    }
}
