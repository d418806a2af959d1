package boxrun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Tmux;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a real terminal, one of tmux: a person's side is the pane. */
@Timeout(120)
class RawTerminalTest {
    @TempDir
    private Path directory = Path.of("/nowhere");

    private String showTerminal = "";

    /** In a file, because a line that is typed can have 4095 characters. */
    @BeforeEach
    void writeProgram() throws IOException {
        showTerminal = directory.resolve("show-terminal").toString();
        Files.writeString(
                Path.of(showTerminal),
                "#!/bin/sh\nexec %s --enable-native-access=ALL-UNNAMED -cp %s %s\n"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                ShowTerminal.class.getName()));
        Files.setPosixFilePermissions(Path.of(showTerminal), PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * A script, whose shell does not touch the terminal, runs the program with settings that nobody has by chance, and
     * then something to find out whether they are {@code $before} again.
     */
    private void runInOddTerminal(Tmux tmux, String after) throws IOException {
        Path script = directory.resolve("odd-terminal");
        Files.writeString(script, """
                stty -ixon ixany -iutf8 ofdel erase ^H intr ^X min 7
                before=$(stty -g)
                tty
                %s
                echo ended $?
                %s
                """.formatted(showTerminal, after));
        tmux.type("sh " + script + "\n");
        tmux.await("raw 90x20");
    }

    private static void signal(String name, Tmux tmux) throws IOException {
        String process = tmux.await("process (\\d+)").group(1);
        new ProcessBuilder("kill", "-s", name, process).inheritIO().start();
    }

    @Test
    void everyKeyArrivesAsItIsAndNothingElseDoes() {
        try (Tmux tmux = Tmux.start(90, 20)) {
            tmux.type(showTerminal + "\n");
            tmux.await("raw 90x20");
            for (String key : List.of("C-c", "C-\\", "C-z", "C-s", "Enter", "a")) {
                tmux.key(key);
            }
            tmux.await("key 97");
            assertThat(tmux.screen().lines().filter(line -> line.matches("key .*|signal .*")))
                    .containsExactly("key 3", "key 28", "key 26", "key 19", "key 13", "key 97");
        }
    }

    @Test
    void nothingIsChangedOnTheWayInOrOut() throws IOException {
        try (Tmux tmux = Tmux.start(90, 20)) {
            runInOddTerminal(tmux, "");
            String terminal = tmux.await("/dev/\\S+").group();
            Process stty = new ProcessBuilder("stty", "-a", "-F", terminal).start();
            try (BufferedReader settings = stty.inputReader()) {
                assertThat(settings.lines().collect(Collectors.joining(" ")))
                        .contains("-opost", "-icanon", "-isig", "-echo ", "-ixon", "-ixany", "-icrnl", "min = 1");
            }
        }
    }

    @Test
    void closingRestoresEverySetting() throws IOException {
        try (Tmux tmux = Tmux.start(90, 20)) {
            runInOddTerminal(tmux, "[ \"$(stty -g)\" = \"$before\" ] && echo as before");
            tmux.key("q");
            tmux.await("ended 0\\s+as before");
        }
    }

    @Test
    void everyWayToDieRestoresEverySetting() throws IOException {
        for (var death : Map.of("HUP", 129, "KILL", 137).entrySet()) {
            try (Tmux tmux = Tmux.start(90, 20)) {
                runInOddTerminal(tmux, "until [ \"$(stty -g)\" = \"$before\" ]; do :; done; echo as before");
                signal(death.getKey(), tmux);
                tmux.await("ended " + death.getValue() + "\\s+as before");
            }
        }
    }

    @Test
    void signalsReachTheirHandlersWhileTheTerminalIsRaw() throws IOException {
        try (Tmux tmux = Tmux.start(90, 20)) {
            tmux.type(showTerminal + "\n");
            tmux.await("raw 90x20");
            for (String name : List.of("TERM", "INT")) {
                signal(name, tmux);
                tmux.await("signal " + name);
            }
        }
    }

    @Test
    void withoutATerminalNoClassOfJLineIsLoaded() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-verbose:class",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ShowTerminal.class.getName(),
                        "signals only")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try (BufferedReader classes = process.inputReader()) {
            assertThat(classes.lines().collect(Collectors.joining("\n")))
                    .contains("boxrun.cli.terminal.Signals")
                    .doesNotContain("org.jline");
        }
    }

    @Test
    void keysArriveRawAndTheTerminalIsRestored() {
        try (Tmux tmux = Tmux.start(90, 20)) {
            tmux.type("stty -a | grep -o -- '-\\?icanon'; " + showTerminal + "; stty -a | grep -o -- '-\\?icanon'\n");
            tmux.await("raw 90x20");
            tmux.key("C-c");
            tmux.await("key 3");
            tmux.key("q");
            tmux.await("key 113\\s+closed\\s+icanon");
        }
    }

    @Test
    void aNewSizeIsSeen() {
        try (Tmux tmux = Tmux.start(90, 20)) {
            tmux.type(showTerminal + "\n");
            tmux.await("raw 90x20");
            tmux.resize(101, 33);
            tmux.await("size 101x33");
            tmux.key("q");
            tmux.await("closed");
        }
    }

    @Test
    void theTerminalIsRestoredWhenTheProcessIsKilled() {
        // dash, because bash puts the terminal right by itself after a process that was killed.
        try (Tmux tmux = Tmux.start(90, 20)) {
            tmux.type("dash\n");
            tmux.type(showTerminal + "; until stty -a | grep -q ' icanon'; do :; done; echo so''und\n");
            tmux.await("raw 90x20");
            long process = Long.parseLong(tmux.await("process (\\d+)").group(1));
            ProcessHandle.of(process).orElseThrow().destroyForcibly();
            tmux.await("sound");
        }
    }
}
