package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Listen;
import boxrun.client.OpenDoor;
import boxrun.daemon.testing.DaemonProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The API as its users know it, driven by clients that know nothing of boxrun: the JDK's, and Python's standard
 * library. They ask the server at {@code -Dboxrun.url}, with {@code -Dboxrun.token} and boxes of
 * {@code -Dboxrun.image}; without a URL, a daemon of its own over TCP.
 */
@Tag("conformance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class ConformanceTest implements BoxConformance, CommandConformance, FileConformance {
    private final List<AutoCloseable> own = new ArrayList<>();
    private final ConformanceClient client;

    ConformanceTest() throws Exception {
        String url = System.getProperty("boxrun.url", "");
        String token = System.getProperty("boxrun.token", "");
        if (url.isEmpty()) {
            DaemonProcess daemon = new DaemonProcess().start();
            own.add(daemon);
            OpenDoor door = daemon.owner().listen(new Listen(null, 0, null, null));
            own.addFirst(door);
            url = door.where().url();
            token = Files.readString(daemon.state().resolve("token")).strip();
        }
        client = new ConformanceClient(url, token);
        own.addFirst(client);
    }

    @Override
    public ConformanceClient client() {
        return client;
    }

    @AfterEach
    void removeBoxes() throws Exception {
        client.removeBoxes();
    }

    @AfterAll
    void close() throws Exception {
        for (AutoCloseable closeable : own) {
            closeable.close();
        }
    }

    @Test
    void aClientThatKnowsOnlyTheseMembersWorks() throws Exception {
        Path script = Path.of(System.getProperty("boxrun.checkout", ".."), "daemon/src/test/python/known_client.py");
        ProcessBuilder builder = new ProcessBuilder(
                        "python3", script.toString(), client.url(), client.token(), ConformanceClient.IMAGE)
                .redirectErrorStream(true);
        Process program = builder.start();
        String said = new String(program.getInputStream().readAllBytes(), UTF_8);
        assertThat(program.waitFor()).as(said).isZero();
    }
}
