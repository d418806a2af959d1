package boxrun.cli.terminal;

import boxrun.cli.Tmux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
                "#!/bin/sh\nexec %s -cp %s %s\n"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                ShowTerminal.class.getName()));
        Files.setPosixFilePermissions(Path.of(showTerminal), PosixFilePermissions.fromString("rwx------"));
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
