package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A box's whole life over the API, with a daemon of its own: as root here, as a user in {@code RootlessTest}. */
@Timeout(120)
class DaemonJourneyTest {

    @Test
    void aBoxWithANetworkIsUsedStoppedStartedAndRemoved() throws Exception {
        try (DaemonProcess daemon = new DaemonProcess().start()) {
            Box box = daemon.box("{\"name\": \"journey\", \"network\": true}");
            Commands commands = daemon.commands(box);
            assertThat(output(commands, "id -u; ls /sys/class/net")).isEqualTo("0\neth0\nlo\n");

            daemon.client().files(box.id()).upload(new ByteArrayInputStream("sent\n".getBytes(UTF_8)), "/root/sent");
            assertThat(output(commands, "cat /root/sent; echo made > /root/made"))
                    .isEqualTo("sent\n");
            assertThat(daemon.client().stop(box.id()).status()).isEqualTo(BoxStatus.STOPPED);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            daemon.client().files(box.id()).download("/root/made", received);
            assertThat(received.toString(UTF_8)).isEqualTo("made\n");

            assertThat(daemon.client().start(box.id()).status()).isEqualTo(BoxStatus.RUNNING);
            assertThat(output(commands, "cat /root/sent /root/made")).isEqualTo("sent\nmade\n");
            daemon.kill();
            daemon.start();
            assertThat(output(commands, "cat /root/made")).isEqualTo("made\n");
            daemon.client().remove(box.id(), true);
            assertThat(daemon.directories()).isEmpty();
        }
    }

    private static String output(Commands commands, String script) {
        return commands.record(commands.sh(script)).stdout();
    }
}
