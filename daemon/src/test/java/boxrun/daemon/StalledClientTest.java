package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.Listen;
import boxrun.client.OpenDoor;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.http.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that neither read nor send any more, and do not leave either. */
@Timeout(180)
class StalledClientTest {
    private static final int LARGE = 50_000_000;
    private static final String FORM = "--b\r\nContent-Disposition: form-data; name=\"dest\"\r\n\r\n/root/new\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhalf of it";

    /** While a box is stopped, its disk is used by one at a time. */
    @Test
    void aClientThatStandsStillDoesNotKeepOthersFromAStoppedBox() throws Exception {
        try (DaemonProcess daemon = new DaemonProcess().start();
                OpenDoor door = daemon.owner().listen(new Listen(null, 0, null, null))) {
            Address unix = daemon.owner().address();
            Address tcp = Address.parse(door.where().url(), 1);
            String token = "Authorization: Bearer "
                    + Files.readString(daemon.state().resolve("token")).strip() + "\r\n";
            List<Box> boxes = new ArrayList<>();
            List<SocketChannel> clients = new ArrayList<>();
            for (Address address : List.of(unix, tcp)) {
                for (String path : List.of("download", "upload")) {
                    Box box = stopped(daemon);
                    boxes.add(box);
                    clients.add(standStill(address, token, box, path));
                    awaitTransfer(daemon, box);
                }
            }
            List<Thread> starting = boxes.stream()
                    .map(box -> Thread.startVirtualThread(() -> daemon.client().start(box.id())))
                    .toList();
            for (Thread thread : starting) {
                thread.join();
            }
            for (Box box : boxes) {
                assertThat(daemon.client().box(box.id()).status()).isEqualTo(BoxStatus.RUNNING);
                Commands commands = daemon.commands(box);
                assertThat(commands.record(commands.sh("stat -c %s /root/large; ls -A /root"))
                                .stdout())
                        .isEqualTo(LARGE + "\nlarge\n");
            }
            for (SocketChannel client : clients) {
                assertThat(read(client)).isLessThan(LARGE);
            }
        }
    }

    /** And a stop does not wait for a client: its upload ends with the reason. */
    @Test
    void anUploadWhoseClientStandsStillEndsWhenItsBoxIsStopped() throws Exception {
        try (DaemonProcess daemon = new DaemonProcess().start();
                OpenDoor door = daemon.owner().listen(new Listen(null, 0, null, null))) {
            String token = "Authorization: Bearer "
                    + Files.readString(daemon.state().resolve("token")).strip() + "\r\n";
            Box box = daemon.box("{\"memory_mb\":64}");
            Commands commands = daemon.commands(box);
            for (Address address :
                    List.of(daemon.owner().address(), Address.parse(door.where().url(), 1))) {
                SocketChannel client = standStill(address, token, box, "upload");
                commands.record(commands.sh("until ls -A /root | grep -q files; do sleep 0.02; done"));
                daemon.client().stop(box.id(), Duration.ZERO);
                assertThat(text(client))
                        .startsWith("HTTP/1.1 400 ")
                        .contains("BOX_NOT_RUNNING", "cannot write /root/new: the box was stopped meanwhile");
                daemon.client().start(box.id());
                assertThat(commands.record(commands.sh("ls -A /root")).stdout()).isEmpty();
            }
        }
    }

    private static Box stopped(DaemonProcess daemon) {
        Box box = daemon.box("{\"memory_mb\":64}");
        Commands commands = daemon.commands(box);
        commands.record(commands.sh("head -c " + LARGE + " /dev/zero > /root/large"));
        return daemon.client().stop(box.id(), Duration.ZERO);
    }

    /** Begins a transfer, waits until it is under way, and does nothing any more. */
    private static SocketChannel standStill(Address address, String token, Box box, String path) throws IOException {
        SocketChannel client = address.open();
        address.connect(client);
        boolean upload = path.equals("upload");
        String body = upload ? FORM : "{\"path\":\"/root/large\"}";
        write(
                client,
                "POST /v1/boxes/" + box.id() + "/files/" + path + " HTTP/1.1\r\nHost: localhost\r\n" + token
                        + "Content-Length: " + (upload ? LARGE : body.length()) + "\r\nContent-Type: "
                        + (upload ? "multipart/form-data; boundary=b" : "application/json") + "\r\n\r\n" + body);
        if (!upload) {
            ByteBuffer first = ByteBuffer.allocate(1000);
            assertThat(client.read(first)).isPositive();
            assertThat(new String(first.array(), UTF_8)).startsWith("HTTP/1.1 200 OK");
        }
        return client;
    }

    /** Waits until the disk of a stopped box is in use. */
    private static void awaitTransfer(DaemonProcess daemon, Box box) throws InterruptedException {
        Path running = daemon.state().resolve("boxes").resolve(box.id()).resolve("engine/running.json");
        while (!Files.exists(running)) {
            Thread.sleep(5);
        }
    }

    private static void write(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    private static long read(SocketChannel client) {
        return text(client).length();
    }

    /** All that comes until the daemon closes the connection. */
    private static String text(SocketChannel client) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (client) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (client.read(buffer.clear()) >= 0) {
                text.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException closedBeforeAllWasRead) {
            // What has come before counts.
        }
        return text.toString(UTF_8);
    }
}
