package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.api.Run;
import boxrun.api.RunResult;
import boxrun.client.BoxFilter;
import boxrun.client.BoxrunClient;
import boxrun.client.RunEvents;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** What boxes take of the host, and that those which do not come to be take nothing: with a real engine. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class BoxCreationTest {
    /** A registry that takes connections and says nothing. */
    private final ServerSocket silence = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    private final String slowImage = "127.0.0.1:" + silence.getLocalPort() + "/slow/image:1";
    private final DaemonProcess daemon;
    private final BoxrunClient client;

    BoxCreationTest() throws Exception {
        daemon = new DaemonProcess()
                .with("BOXRUN_MAX_MEMORY_MB", "4096")
                .with("BOXRUN_MAX_CPU", "4")
                .with("BOXRUN_CPU_OVERCOMMIT", "2")
                .with("BOXRUN_INSECURE_REGISTRIES", "127.0.0.1:" + silence.getLocalPort())
                .start();
        client = daemon.client();
        box("first", "");
        client.remove("first", true);
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
        silence.close();
    }

    @Test
    void aCreateThatFailsHoldsNoNameAndLeavesNothing() throws Exception {
        List<String> before = daemon.directories();
        for (String request : List.of(
                "\"image\":\"rootfs:/no/such/tree\"",
                "\"image\":\"docker-archive:/no/such/file\"",
                "\"image\":\"127.0.0.1:1/none/such:1\"",
                "\"image\":\"host\",\"memory_mb\":5000",
                "\"image\":\"host\",\"cpu\":5",
                "\"image\":\"host\",\"pids\":0",
                "\"image\":\"127.0.0.1:1/none/such:1\",\"pull\":\"never\"",
                "\"image\":\"host\",\"volumes\":[{\"host_path\":\"/no/such\",\"guest_path\":\"/v\"}]",
                "\"image\":\"host\",\"volumes\":[{\"host_path\":\"/tmp\",\"guest_path\":\"/proc/1\"}]",
                "\"image\":\"host\",\"ports\":[{\"host_port\":0,\"guest_port\":80}]")) {
            assertThatThrownBy(() -> daemon.box("{\"name\":\"never\"," + request + "}"))
                    .as(request)
                    .isInstanceOf(ProblemException.class);
            refused(ErrorCode.BOX_NOT_FOUND, () -> client.box("never"));
            assertThat(daemon.directories()).as(request).isEqualTo(before);
        }
        box("never", "");
        client.remove("never", true);
        assertThat(daemon.directories()).isEqualTo(before);
    }

    @Test
    void aCreateWhoseClientGoesAwayLeavesNothing() throws Exception {
        List<String> before = daemon.directories();
        try (SocketChannel socket = beginCreate()) {
            awaitStatus("slow", BoxStatus.CREATING);
            refused(ErrorCode.NAME_ALREADY_EXISTS, () -> box("slow", ""));
            refused(ErrorCode.BOX_NOT_RUNNING, () -> new Commands(client, "slow").sh("true"));
            assertThat(socket.isConnected()).isTrue();
        }
        awaitGone("slow");
        assertThat(daemon.directories()).isEqualTo(before);
        box("slow", "");
        client.remove("slow", true);
    }

    @Test
    void aCreateThatTheDaemonDoesNotOutliveLeavesNothing() throws Exception {
        List<String> before = daemon.directories();
        try (SocketChannel socket = beginCreate()) {
            awaitStatus("slow", BoxStatus.CREATING);
            assertThat(socket.isConnected()).isTrue();
            daemon.kill();
        }
        daemon.start();
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.box("slow"));
        assertThat(daemon.directories()).isEqualTo(before);
        box("slow", "");
        client.remove("slow", true);
    }

    private SocketChannel beginCreate() throws IOException {
        String body = "{\"name\":\"slow\",\"image\":\"" + slowImage + "\",\"memory_mb\":64}";
        SocketChannel socket = daemon.door().connect();
        socket.write(ByteBuffer.wrap(("POST /v1/boxes HTTP/1.1\r\n"
                        + daemon.door().headers() + "Content-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(UTF_8)));
        return socket;
    }

    private void awaitStatus(String name, BoxStatus status) throws InterruptedException {
        while (client.boxes("all").stream().noneMatch(box -> name.equals(box.name()) && box.status() == status)) {
            Thread.sleep(5);
        }
    }

    private void awaitGone(String name) throws InterruptedException {
        while (client.boxes("all").stream().anyMatch(box -> name.equals(box.name()))) {
            Thread.sleep(5);
        }
    }

    @Test
    void runningBoxesHoldMemoryAndCpusAndStoppedOnesNothingAlsoAfterADaemonsDeath() throws Exception {
        assertThat(client.info().maxCpu()).isEqualByComparingTo("4");
        assertThat(client.info().maxMemoryMb()).isEqualTo(4096);
        says("memory_mb 4097 is more than the 4096 MB", () -> box("huge", ",\"memory_mb\":4097"));
        says("cpu 4.5 is more than the 4 CPUs", () -> box("huge", ",\"cpu\":4.5"));
        box("a", ",\"memory_mb\":3000,\"cpu\":3");
        says("5000 MB of memory together, more than 4096", () -> box("b", ",\"memory_mb\":2000,\"cpu\":1"));
        box("b", ",\"memory_mb\":1000,\"cpu\":4");
        says("9 CPUs together, more than 8", () -> box("c", ",\"memory_mb\":64,\"cpu\":2"));
        client.stop("b");
        for (int i = 0; i < 2; i++) {
            says("5000 MB of memory together, more than 4096", () -> box("c", ",\"memory_mb\":2000,\"cpu\":1"));
            box("c", ",\"memory_mb\":1096,\"cpu\":1");
            says("5096 MB of memory together, more than 4096", () -> client.start("b"));
            assertThat(client.box("b").status()).isEqualTo(BoxStatus.STOPPED);
            client.remove("c", true);
            daemon.kill();
            daemon.start();
        }
        client.stop("a");
        client.start("b");
        for (String name : List.of("a", "b")) {
            client.remove(name, true);
        }
        box("all", ",\"memory_mb\":4096,\"cpu\":4");
        client.remove("all", true);
    }

    private static void says(String words, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.RESOURCE_EXCEEDED);
            assertThat(problem.status()).isEqualTo(409);
            assertThat(problem.message()).contains(words);
        });
    }

    @Test
    void aPublishedPortIsKeptOverStopsAndDaemonsAndGoesWithItsBox() throws Exception {
        box("web", ",\"network\":true,\"ports\":[{\"host_port\":0,\"guest_port\":80}]");
        Port port = client.boxes(new BoxFilter("all", List.of(), "web", null))
                .getFirst()
                .ports()
                .getFirst();
        assertThat(port.hostPort()).isPositive();
        assertThat(greeting(port)).isEqualTo("hello");
        says(
                "127.0.0.1:" + port.hostPort(),
                () -> box(
                        "other",
                        ",\"network\":true,\"ports\":[{\"host_port\":" + port.hostPort() + ",\"guest_port\":80}]"));
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.box("other"));
        daemon.kill();
        daemon.start();
        assertThat(greeting(port)).isEqualTo("hello");
        client.stop("web", Duration.ZERO);
        try (ServerSocket somebody = new ServerSocket(port.hostPort(), 1, InetAddress.getLoopbackAddress())) {
            says("127.0.0.1:" + somebody.getLocalPort(), () -> client.start("web"));
            assertThat(client.box("web").status()).isEqualTo(BoxStatus.STOPPED);
        }
        client.start("web");
        assertThat(client.inspect("web").ports()).containsExactly(port);
        assertThat(greeting(port)).isEqualTo("hello");
        Long pid = client.inspect("web").pid();
        daemon.kill();
        ProcessHandle.of(pid == null ? 0 : pid).orElseThrow().destroyForcibly();
        daemon.start();
        assertThat(client.box("web").status()).isEqualTo(BoxStatus.STOPPED);
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port.hostPort()))
                .isInstanceOf(IOException.class);
        client.remove("web", false);
    }

    /** Of a server in the box, which serves one client. */
    private String greeting(Port port) throws IOException {
        Commands commands = new Commands(client, "web");
        try (RunEvents events = commands.api()
                .events(
                        commands.start(
                                        "{}",
                                        "python3",
                                        "-uc",
                                        "import socket; s = socket.create_server(('', 80)); print('up');"
                                                + " s.accept()[0].sendall(b'hello')")
                                .id(),
                        0)) {
            assertThat(events.next()).isPresent();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port.hostPort())) {
                return new String(client.getInputStream().readAllBytes(), UTF_8);
            }
        }
    }

    @Test
    void aRunIsGoneWithItsClientAndInTime() throws Exception {
        List<String> before = daemon.directories();
        RunResult late = client.run(run("echo on; sleep 4200", 500L));
        assertThat(late.exitCode()).isEqualTo(124);
        assertThat(late.stdout()).isEqualTo("on\n");
        assertThat(late.errorMessage()).contains("500 ms");
        assertThat(daemon.directories()).isEqualTo(before);
        RunEvents events = client.runLive(run("echo on; sleep 4200", null));
        assertThat(events.next()).isPresent();
        assertThat(daemon.directories()).hasSize(before.size() + 1);
        events.close();
        while (!daemon.directories().equals(before)) {
            Thread.sleep(5);
        }
        assertThat(sleepers()).isZero();
    }

    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).equals("sleep\0" + "4200\0"))
                .count();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    private static Run run(String script, @org.jspecify.annotations.Nullable Long timeoutMs) {
        return new Run(
                "host",
                List.of("sh", "-c", script),
                null,
                64,
                null,
                null,
                null,
                null,
                null,
                timeoutMs,
                null,
                null,
                null,
                null);
    }

    private Box box(String name, String more) {
        String memory = more.contains("memory_mb") ? "" : ",\"memory_mb\":64";
        String cpu = more.contains("cpu") ? "" : ",\"cpu\":0.5";
        return daemon.box("{\"name\":\"" + name + "\"" + memory + cpu + more + "}");
    }

    private static void refused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(code));
    }
}
