package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.ProblemException;
import boxrun.api.Run;
import boxrun.api.RunResult;
import boxrun.api.Stream;
import boxrun.client.InteractiveRun;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /v1/run} in its three forms. */
@Timeout(60)
class RunApiTest {
    final ServerFixture server;

    RunApiTest(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory, spares());
    }

    /** How many boxes the daemon starts in advance. */
    int spares() {
        return 0;
    }

    @AfterEach
    @Timeout(60)
    void close() throws Exception {
        awaitBoxes(0);
        server.close();
        assertThat(server.leftovers()).isZero();
    }

    @Test
    void aRunAnswersWithOutputsAndExitCodeAndItsBoxIsGone() {
        RunResult result = server.client().run(run("echo out; echo 'err \"ö\"' >&2; exit 7"));
        assertThat(result).isEqualTo(new RunResult(7, "out\n", "err \"ö\"\n", null));
        assertThat(server.running()).isEmpty();
        assertThat(server.leftovers()).isLessThanOrEqualTo(spares());
    }

    @Test
    void aCommandThatDoesNotExistIs127WithWords() {
        Run run = run(List.of("no-such-program"), null, false);
        RunResult result = server.client().run(run);
        assertThat(result.exitCode()).isEqualTo(127);
        assertThat(result.errorMessage()).contains("no-such-program");
    }

    @Test
    void aRunPastItsTimeIs124() {
        RunResult result = server.client().run(run(List.of("sh", "-c", "echo on; sleep 1000"), 200L, false));
        assertThat(result.exitCode()).isEqualTo(124);
        assertThat(result.stdout()).isEqualTo("on\n");
        assertThat(result.errorMessage()).contains("200 ms");
    }

    @Test
    void outputPastTheCapIsCutAndSaidSo() {
        RunResult result = server.client().run(run("head -c 11000000 /dev/zero | tr '\\0' x; echo small >&2"));
        assertThat(result.stdout().length()).isBetween(10_000_000, 10 * 1024 * 1024);
        assertThat(result.stderr()).isEqualTo("small\n");
        assertThat(result.errorMessage()).contains("stdout was cut after 10 MiB");
    }

    @Test
    void eventsArriveLiveInOrder() {
        try (RunEvents events = server.client().runLive(run("echo one; sleep 0.2; echo two >&2; sleep 0.2; exit 3"))) {
            assertThat(output(events)).isEqualTo("1 STDOUT one\n");
            assertThat(server.running()).hasSize(1);
            assertThat(output(events)).isEqualTo("2 STDERR two\n");
            assertThat(events.next())
                    .hasValueSatisfying(
                            event -> assertThat(event).isEqualTo(new RunEvent.Exit(new ExitData(3, null), 3)));
            assertThat(server.running()).isEmpty();
            assertThat(events.next()).isEmpty();
        }
    }

    private static String output(RunEvents events) {
        RunEvent.Output output = (RunEvent.Output) events.next().orElseThrow();
        return output.seq() + " " + output.stream() + " " + UTF_8.decode(output.bytes());
    }

    @Test
    void whatFailsBeforeTheCommandIsAnErrorAnswer() {
        for (Run run : List.of(
                run(List.of(), null, false),
                new Run(
                        "rootfs:/no/such",
                        List.of("true"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null))) {
            assertThatThrownBy(() -> server.client().run(run)).isInstanceOf(ProblemException.class);
            assertThatThrownBy(() -> server.client().runLive(run).next()).isInstanceOf(ProblemException.class);
            assertThatThrownBy(() -> server.client().runInteractive(run, 80, 24).next())
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
        }
    }

    @Test
    void stdinOfAnySizeComesBackThroughAnInteractiveRun() throws Exception {
        byte[] sent = new byte[5_000_000];
        new Random(3).nextBytes(sent);
        try (InteractiveRun run = server.client().runInteractive(run(List.of("cat"), null, true), 80, 24)) {
            Thread sender = Thread.startVirtualThread(() -> {
                for (int at = 0; at < sent.length; at += 50_000) {
                    run.stdin(sent, at, 50_000);
                }
                run.closeStdin();
            });
            List<byte[]> pieces = new ArrayList<>();
            Optional<RunEvent> event = run.next();
            while (event.isPresent() && !(event.get() instanceof RunEvent.Exit)) {
                if (event.get() instanceof RunEvent.Output output) {
                    assertThat(output.stream()).isEqualTo(Stream.STDOUT);
                    byte[] piece = new byte[output.bytes().remaining()];
                    output.bytes().get(piece);
                    pieces.add(piece);
                }
                event = run.next();
            }
            sender.join();
            byte[] received =
                    new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
            int at = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, received, at, piece.length);
                at += piece.length;
            }
            assertThat(Arrays.equals(received, sent)).isTrue();
            assertThat(event).contains(new RunEvent.Exit(new ExitData(0, null), 0));
        }
    }

    @Test
    void signalsReachAnInteractiveCommandAlsoWhenItDoesNotRead() {
        Run run = run(
                List.of("sh", "-c", "trap 'echo got; exit 9' INT; echo up; while :; do sleep 0.05; done"), null, true);
        try (InteractiveRun interactive = server.client().runInteractive(run, 80, 24)) {
            awaitOutput(interactive, "up");
            interactive.stdin(new byte[200_000], 0, 200_000);
            interactive.signal("INT");
            awaitOutput(interactive, "got");
            assertThat(interactive.next()).contains(new RunEvent.Exit(new ExitData(9, null), 0));
        }
    }

    @Test
    void aTerminalOfARunHasTheClientsSize() {
        Run run = new Run(
                "host",
                List.of("sh", "-c", "stty size; read x; stty size"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                true,
                null,
                true,
                null);
        try (InteractiveRun interactive = server.client().runInteractive(run, 91, 31)) {
            awaitOutput(interactive, "31 91");
            interactive.resize(101, 41);
            interactive.stdin("\n".getBytes(UTF_8), 0, 1);
            awaitOutput(interactive, "41 101");
        }
    }

    private static void awaitOutput(InteractiveRun run, String expected) {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(expected) < 0) {
            RunEvent event = run.next().orElseThrow();
            if (event instanceof RunEvent.Output output) {
                seen.append(UTF_8.decode(output.bytes()));
            } else if (event instanceof RunEvent.Exit) {
                throw new AssertionError("ended after: " + seen);
            }
        }
    }

    @Test
    void aBoxIsGoneWhenItsClientIsHoweverItAsked() throws Exception {
        String body = "{\"image\":\"host\",\"cmd\":[\"sh\",\"-c\",\"sleep 1000\"]}";
        for (String accept : List.of("application/json", "text/event-stream")) {
            try (SocketChannel socket = server.connect()) {
                ServerFixture.write(
                        socket,
                        "POST /v1/run HTTP/1.1\r\nHost: boxrun\r\nContent-Type: application/json\r\nAccept: " + accept
                                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                awaitBoxes(1);
            }
            awaitBoxes(0);
        }
        InteractiveRun idle = server.client().runInteractive(run(List.of("sleep", "1000"), null, true), 80, 24);
        awaitBoxes(1);
        idle.close();
        awaitBoxes(0);
    }

    @Test
    void stoppingTheServerEndsRunsAndTheirBoxes() throws Exception {
        InteractiveRun interactive = server.client().runInteractive(run(List.of("sleep", "1000"), null, true), 80, 24);
        RunEvents live = server.client().runLive(run("echo up; sleep 1000"));
        assertThat(output(live)).contains("up");
        awaitBoxes(2);
        server.stop();
        awaitBoxes(0);
        live.close();
        interactive.close();
    }

    private void awaitBoxes(int count) throws InterruptedException {
        while (server.running().size() != count) {
            Thread.sleep(5);
        }
        while (count == 0 && server.leftovers() > spares()) {
            Thread.sleep(5);
        }
    }

    static Run run(String script) {
        return run(List.of("sh", "-c", script), null, false);
    }

    private static Run run(List<String> cmd, @Nullable Long timeoutMs, boolean stdin) {
        return new Run("host", cmd, null, null, null, null, null, null, null, timeoutMs, stdin, null, null, null);
    }
}
