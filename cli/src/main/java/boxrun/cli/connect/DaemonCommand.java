package boxrun.cli.connect;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.config.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How to start the daemon.
 *
 * @param words program and arguments
 * @param environment what the daemon gets beside, or instead of, what this process has
 */
record DaemonCommand(List<String> words, Map<String, String> environment) {
    private static final String MAIN = "boxrun.daemon.Main";

    DaemonCommand {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** The daemon of the same installation, on the same Java; without an installation, of the same class path. */
    static DaemonCommand ofThisProcess(Home home) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(Version.installation()
                .map(DaemonCommand::installed)
                .orElseGet(() -> List.of("-cp", System.getProperty("java.class.path"))));
        words.add(MAIN);
        return new DaemonCommand(words, absolute(home, System.getenv()));
    }

    /** The same words as those of the daemon that the cache of loaded classes was made with. */
    private static List<String> installed(Path installation) {
        Path lib = installation.resolve("lib");
        return List.of(
                "@" + lib.resolve("daemon.jvm"),
                "-XX:AOTCache=" + lib.resolve("daemon.aot"),
                "-Dboxrun.home=" + installation,
                "-Djava.library.path=" + installation.resolve("libexec"),
                "-cp",
                classPath(installation));
    }

    private static String classPath(Path installation) {
        Path list = installation.resolve("lib").resolve("daemon.classpath");
        try {
            return String.join(
                    ":",
                    Files.readAllLines(list).stream()
                            .map(jar -> installation.resolve("lib").resolve(jar).toString())
                            .toList());
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "the installation of boxrun is incomplete: no " + list)
                    .hint("install it again")
                    .because(e);
        }
    }

    /** The daemon works in another directory, so what names a file relative to ours must not stay so. */
    private static Map<String, String> absolute(Home home, Map<String, String> environment) {
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("BOXRUN_STATE_DIR", home.root().toString());
        for (String name : List.of("BOXRUN_CONFIG", "BOXRUN_RUNTIME", "DOCKER_CONFIG")) {
            String value = environment.getOrDefault(name, "");
            if (value.contains("/")) {
                changes.put(name, Path.of(value).toAbsolutePath().toString());
            }
        }
        return changes;
    }
}
