package boxrun.cli.connect;

import boxrun.config.Home;
import boxrun.config.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Connectors that start a {@link StubDaemon}. */
final class Connectors {
    /** As that of a host without systemd. */
    static final UserScope NO_SCOPE = new UserScope(Path.of("/nowhere"), 1000);

    private Connectors() {}

    static DaemonConnector to(Home home, String build, String behaviour, Consumer<String> notes) {
        return to(home, build, behaviour, NO_SCOPE, notes);
    }

    static DaemonConnector to(Home home, String build, String behaviour, UserScope scope, Consumer<String> notes) {
        return new DaemonConnector(
                home,
                new DaemonSearch(home, new Version("1", build), Duration.ofSeconds(2)),
                new DaemonStart(
                        home,
                        new DaemonCommand(java(StubDaemon.class, home.root().toString(), build, behaviour), Map.of()),
                        () -> scope),
                notes);
    }

    static List<String> java(Class<?> main, String... arguments) {
        List<String> words = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        words.addAll(List.of(arguments));
        return words;
    }
}
