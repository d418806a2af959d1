package boxrun.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The map of docs/architecture.md: which package may use which, and where each outside library lives. */
@Timeout(120)
class ArchitectureTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("boxrun.checkout", ".."));

    /** Each package of the product and the packages it may use; a package that is not listed here is an error. */
    private static final Map<String, List<String>> MAP = map();

    private static Map<String, List<String>> map() {
        Map<String, List<String>> map = new LinkedHashMap<>();
        map.put("boxrun.api", List.of());
        map.put("boxrun.config", List.of("api"));
        map.put("boxrun.json", List.of("api"));
        map.put("boxrun.http", List.of());
        map.put("boxrun.client", List.of("api", "json", "http"));
        map.put("boxrun.daemon.launcher", List.of("api", "config"));
        map.put("boxrun.daemon.oci", List.of("api", "json"));
        map.put("boxrun.daemon.store", List.of("api", "json"));
        map.put("boxrun.daemon.registry", List.of("api", "json", "config", "daemon.oci"));
        map.put(
                "boxrun.daemon.image",
                List.of("api", "json", "config", "daemon.oci", "daemon.registry", "daemon.store", "daemon.launcher"));
        map.put("boxrun.daemon.agent", List.of("api"));
        map.put("boxrun.daemon.event", List.of("api"));
        map.put("boxrun.daemon.engine", List.of("api", "daemon.image", "daemon.oci"));
        map.put(
                "boxrun.daemon.engine.container",
                List.of(
                        "api",
                        "json",
                        "config",
                        "daemon.engine",
                        "daemon.image",
                        "daemon.oci",
                        "daemon.agent",
                        "daemon.launcher",
                        "daemon.store"));
        map.put(
                "boxrun.daemon.box",
                List.of(
                        "api",
                        "json",
                        "config",
                        "daemon.engine",
                        "daemon.event",
                        "daemon.image",
                        "daemon.oci",
                        "daemon.store"));
        map.put(
                "boxrun.daemon.exec",
                List.of(
                        "api",
                        "json",
                        "config",
                        "daemon.box",
                        "daemon.engine",
                        "daemon.event",
                        "daemon.image",
                        "daemon.oci",
                        "daemon.store"));
        map.put("boxrun.daemon.lifecycle", List.of("api", "config"));
        map.put(
                "boxrun.daemon.http",
                List.of(
                        "api",
                        "json",
                        "config",
                        "daemon.box",
                        "daemon.event",
                        "daemon.exec",
                        "daemon.image",
                        "daemon.engine",
                        "daemon.lifecycle"));
        map.put("boxrun.daemon", List.of("*"));
        map.put("boxrun.cli.terminal", List.of("api", "json", "config"));
        map.put("boxrun.cli.print", List.of("api", "json"));
        map.put("boxrun.cli.connect", List.of("api", "config", "client", "http"));
        map.put("boxrun.cli.copy", List.of("api", "client", "cli.print"));
        map.put("boxrun.cli.doctor", List.of("api", "json", "config", "client"));
        map.put("boxrun.cli.help", List.of("config", "cli.command", "cli.print", "cli.terminal"));
        map.put(
                "boxrun.cli.command",
                List.of(
                        "api",
                        "json",
                        "config",
                        "client",
                        "http",
                        "cli.connect",
                        "cli.copy",
                        "cli.doctor",
                        "cli.terminal",
                        "cli.print"));
        map.put("boxrun.cli", List.of("*"));
        return map;
    }

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .importPaths(
                    CHECKOUT.resolve("common/target/classes"),
                    CHECKOUT.resolve("daemon/target/classes"),
                    CHECKOUT.resolve("cli/target/classes"));

    @Test
    void everyPackageIsOnTheMap() {
        TreeSet<String> packages = new TreeSet<>();
        PRODUCT.forEach(type -> packages.add(type.getPackageName()));
        packages.removeAll(MAP.keySet());
        assertThat(packages).as("packages that the map does not name").isEmpty();
    }

    @Test
    void packagesUseOnlyWhatTheMapAllows() {
        MAP.forEach((name, allowed) -> {
            if (allowed.contains("*")) {
                return;
            }
            List<String> reachable = new ArrayList<>(List.of(name));
            allowed.forEach(other -> reachable.add("boxrun." + other));
            List<String> forbidden = MAP.keySet().stream()
                    .filter(other -> !reachable.contains(other))
                    .toList();
            noClasses()
                    .that()
                    .resideInAPackage(name)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden.toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(PRODUCT);
        });
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("boxrun.(**)").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void theCommandLineDoesNotKnowTheDaemonsCode() {
        noClasses()
                .that()
                .resideInAPackage("boxrun.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("boxrun.daemon..")
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @Test
    void everyOutsideLibraryHasOneHome() {
        home("io.helidon..", "boxrun.daemon.http");
        home("org.jline..", "boxrun.cli.terminal");
        home("picocli..", "boxrun.cli", "boxrun.cli.command", "boxrun.cli.help");
        home("com.fasterxml.jackson.annotation..", "boxrun.api", "boxrun.json");
        home("com.fasterxml.jackson.core..", "boxrun.json");
        home("com.fasterxml.jackson.databind..", "boxrun.json");
        home("org.apache.commons.compress..", "boxrun.daemon.image");
        home("com.github.luben..", "boxrun.daemon.image");
    }

    private static void home(String library, String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true)
                .check(PRODUCT);
    }

    @Test
    void namesSayWhatAThingIs() {
        classes()
                .should()
                .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|Abstract[A-Z]\\w*|Base)")
                .check(PRODUCT);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws Exception {
        List<Path> silent = new ArrayList<>();
        for (String module : List.of("common", "daemon", "cli")) {
            try (var tree = Files.walk(CHECKOUT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        tree.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Path directory = file.getParent();
                    if (directory != null && !Files.exists(directory.resolve("package-info.java"))) {
                        silent.add(CHECKOUT.relativize(file));
                    }
                }
            }
        }
        assertThat(silent).as("sources in a package without package-info.java").isEmpty();
    }
}
