package boxrun.daemon.engine.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.engine.BoxId;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a box reaches, without a network and with one. */
@Timeout(120)
class NetworkTest {
    @TempDir
    Path state;

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
