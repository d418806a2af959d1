package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Exec;
import boxrun.api.ExitData;
import boxrun.client.ConnectionException;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.Recorded;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A daemon that may open few files. */
@Timeout(120)
class FewDescriptorsTest {
    private static final int DESCRIPTORS = 200;

    @Test
    void clientsThatUseThemUpHoldUpOnlyClients() throws Exception {
        try (DaemonProcess daemon = new DaemonProcess().by("prlimit", "--nofile=" + DESCRIPTORS)) {
            daemon.start();
            Commands commands = daemon.commands(daemon.box("{\"memory_mb\":64}"));
            Exec exec = commands.start("{\"stdin\":true}", "sh", "-c", "read -r go; seq 200000; exit 3");
            commands.api().stdin(exec.id(), new ByteArrayInputStream("go\n".getBytes(StandardCharsets.UTF_8)));
            List<SocketChannel> idle = new ArrayList<>();
            try {
                connectAll(daemon, idle);
                assertThatThrownBy(() -> daemon.client().greet(Duration.ofMillis(300)))
                        .isInstanceOf(ConnectionException.class);
            } finally {
                for (SocketChannel socket : idle) {
                    socket.close();
                }
            }
            Recorded recorded = commands.record(exec);
            assertThat(recorded.stdout())
                    .startsWith("1\n2\n")
                    .endsWith("\n199999\n200000\n")
                    .hasSize(1_288_895);
            assertThat(recorded.exit()).isEqualTo(new ExitData(3, null));
            assertThat(commands.record(commands.sh("echo more")).stdout()).isEqualTo("more\n");
            assertThat(daemon.client().boxes("all")).hasSize(1);
            daemon.kill();
            daemon.start();
            assertThat(commands.record(exec).exit()).isEqualTo(new ExitData(3, null));
        }
    }

    private static void connectAll(DaemonProcess daemon, List<SocketChannel> sockets) throws IOException {
        for (int i = 0; i < 2 * DESCRIPTORS; i++) {
            SocketChannel socket = daemon.door().address().open();
            sockets.add(socket);
            socket.configureBlocking(false);
            try {
                daemon.door().address().connect(socket);
            } catch (IOException queueIsFull) {
                return;
            }
        }
    }
}
