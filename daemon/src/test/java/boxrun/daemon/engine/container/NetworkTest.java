package boxrun.daemon.engine.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ErrorCode;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.engine.RecordedOutput;
import boxrun.daemon.testing.Programs;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a box reaches, without a network and with one. */
@Timeout(120)
class NetworkTest {
    /** A query for a name, as RFC 1035 has it; any answer with its number will do. */
    private static final String ASK = """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(15)
            s.sendto(b"\\x12\\x34\\x01\\0\\0\\1\\0\\0\\0\\0\\0\\0\\7example\\3com\\0\\0\\1\\0\\1", ("10.0.2.3", 53))
            print("answered" if s.recv(512)[:2] == b"\\x12\\x34" else "nothing")
            """;

    @TempDir
    Path state;

    @TempDir
    Path programs;

    private Boxes boxes;

    @BeforeEach
    void engine() {
        boxes = new Boxes(state);
    }

    @AfterEach
    void destroy() {
        boxes.close();
    }

    @Test
    void withoutANetworkThereIsNothingButTheLoopbackDevice() throws Exception {
        Boxes.Ran devices = boxes.sh(boxes.box(), "ls /sys/class/net; tail -n +2 /proc/net/route");
        assertThat(devices.stdout()).isEqualTo("lo\n");
    }

    @Test
    void withANetworkItReachesTheHostsAddressAndNotItsLoopback() throws Exception {
        InetAddress address = hostAddress();
        BoxId box = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        try (Greeter open = new Greeter(address);
                Greeter inner = new Greeter(InetAddress.getLoopbackAddress())) {
            assertThat(connect(box, address.getHostAddress(), open.port())).contains("hello from the host");
            for (String way : List.of("127.0.0.1", "10.0.2.2", "10.0.2.3", "10.0.2.100", address.getHostAddress())) {
                assertThat(connect(box, way, inner.port())).as(way).doesNotContain("hello");
            }
        }
        assertThat(boxes.sh(box, "cat /etc/resolv.conf").stdout()).isEqualTo("nameserver 10.0.2.3\n");
    }

    /** pasta carries none of what the box says in IPv6, though its device has an address of its own. */
    @Test
    void noneOfTheHostsAddressesOfVersion6IsReached() throws Exception {
        BoxId box = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        try (Greeter everywhere = new Greeter(InetAddress.getByName("::"))) {
            List<String> ways = new ArrayList<>(List.of("::1", "::ffff:127.0.0.1", "fe80::1%eth0"));
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet6Address)
                    .forEach(address -> ways.add(address.getHostAddress().replaceFirst("%.*", "%eth0")));
            for (String way : ways) {
                assertThat(connect(box, way, everywhere.port())).as(way).doesNotContain("hello");
            }
            assertThat(connect(box, hostAddress().getHostAddress(), everywhere.port()))
                    .contains("hello from the host");
        }
    }

    /**
     * A service of the host at an address as clouds use for credentials; a box with its guard taken away gets there.
     */
    @Test
    void linkLocalAddressesAreOutOfReachHoweverTheBoxTries() throws Exception {
        try (Probe probe = Probe.compile(programs);
                LinkLocal address = new LinkLocal();
                Greeter metadata = new Greeter(address.address());
                Greeter open = new Greeter(hostAddress())) {
            BoxId box = probe.box(boxes, true);
            assertThat(probe.reach(boxes, box, address.text(), metadata.port()).values())
                    .hasSize(3)
                    .doesNotContain("open");
            assertThat(probe.reach(boxes, box, hostAddress().getHostAddress(), open.port()))
                    .containsEntry("plain", "open")
                    .containsEntry("bound-to-address", "open");
            inNetworkOf(box, "ip", "route", "delete", "unreachable", "169.254.0.0/16");
            assertThat(probe.reach(boxes, box, address.text(), metadata.port())).containsEntry("plain", "open");
        }
    }

    /** Without it the first wall stands, and a socket that is bound to the device goes round it. */
    @Test
    void whatAnswersAtTheDeviceIsNotLookedForButNamed() throws Exception {
        try (Probe probe = Probe.compile(programs);
                LinkLocal address = new LinkLocal();
                Greeter metadata = new Greeter(address.address())) {
            BoxId box = probe.box(boxes, true);
            inNetworkOf(box, "sh", "-c", "echo 3 > /proc/sys/net/ipv4/neigh/eth0/mcast_solicit");
            assertThat(probe.reach(boxes, box, address.text(), metadata.port()))
                    .containsEntry("bound-to-device", "open");
        }
    }

    private void inNetworkOf(BoxId box, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("nsenter", "-n", "-t"));
        command.add("" + Trace.of(state, box).process().pid());
        command.addAll(List.of(words));
        Programs.run(command.toArray(String[]::new));
    }

    /** An address of the host that nothing else uses, for as long as this is open. */
    private static final class LinkLocal implements AutoCloseable {
        private final String text;

        LinkLocal() throws IOException, InterruptedException {
            Random random = new Random();
            text = "169.254." + random.nextInt(1, 255) + "." + random.nextInt(1, 255);
            Programs.run("ip", "address", "add", text + "/32", "dev", "lo");
        }

        String text() {
            return text;
        }

        InetAddress address() throws IOException {
            return InetAddress.getByName(text);
        }

        @Override
        public void close() throws IOException {
            try {
                Programs.run("ip", "address", "delete", text + "/32", "dev", "lo");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void namesAreResolvedByTheHostsResolver() throws Exception {
        BoxId box = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        // Where the host itself has no resolver, an answer that there is no such name is an answer too.
        Boxes.Ran ran = boxes.sh(box, "timeout 20 python3 -c '" + ASK + "'");
        assertThat(ran.stdout()).as(ran.stderr()).isEqualTo("answered\n");
    }

    @Test
    void theNetworksProcessEndsWithTheBoxHoweverThatEnds() throws Exception {
        BoxId stopped = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        BoxId crashed = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        assertThat(pastas(stopped)).isEqualTo(1);
        boxes.engine().stop(stopped, Duration.ZERO);
        assertThat(pastas(stopped)).isZero();
        Trace.of(state, crashed).process().kill();
        while (pastas(crashed) > 0) {
            Thread.sleep(5);
        }
    }

    @Test
    void aPublishedPortLeadsIntoTheBoxAndComesBackWithIt() throws Exception {
        int port = freePort();
        Launch launch = Boxes.publishing(new Port("127.0.0.1", port, 80));
        BoxId box = boxes.box(launch);
        assertThat(greetingAt(box, port)).isEqualTo("hello from the box");
        assertThatThrownBy(() -> boxes.box(launch)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.RESOURCE_EXCEEDED);
            assertThat(problem.message()).contains("127.0.0.1:" + port);
        });
        boxes.engine().stop(box, Duration.ZERO);
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                .isInstanceOf(IOException.class);
        boxes.engine().launch(box, launch);
        assertThat(greetingAt(box, port)).isEqualTo("hello from the box");
    }

    /** Serves one connection in the box, and connects to it on the host. */
    private String greetingAt(BoxId box, int port) throws Exception {
        RecordedOutput server = new RecordedOutput();
        String greeter = "import socket\ns = socket.create_server(('', 80))\nprint('up', flush=True)\n"
                + "s.accept()[0].sendall(b'hello from the box')";
        boxes.start(box, server, "python3", "-c", greeter);
        server.awaitStdout(text -> text.contains("up"));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(client.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void theNetworksProcessEndsWithABoxThatEndsWhileNoDaemonRuns() throws Exception {
        BoxId box = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        boxes.engine().close();
        assertThat(pastas(box)).isEqualTo(1);
        Trace.of(state, box).process().kill();
        while (pastas(box) > 0) {
            Thread.sleep(5);
        }
    }

    private long pastas(BoxId box) {
        return Trace.left(state, box).stream()
                .filter(left -> left.startsWith("cmdline of process pas"))
                .count();
    }

    private String connect(BoxId box, String address, int port) throws InterruptedException {
        return boxes.sh(box, "timeout 5 bash -c 'exec 3<>/dev/tcp/" + address + "/" + port + "; cat <&3'")
                .stdout();
    }

    private static InetAddress hostAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .filter(device -> !device.getName().equals("lo"))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElseThrow();
    }

    /** Greets whoever connects. */
    private static final class Greeter implements AutoCloseable {
        private final ServerSocket server = new ServerSocket();

        Greeter(InetAddress address) throws IOException {
            server.bind(new InetSocketAddress(address, 0));
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (Socket client = server.accept()) {
                        client.getOutputStream().write("hello from the host\n".getBytes(UTF_8));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
