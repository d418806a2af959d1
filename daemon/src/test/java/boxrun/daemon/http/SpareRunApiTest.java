package boxrun.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The same in boxes that were started in advance. */
class SpareRunApiTest extends RunApiTest {
    SpareRunApiTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    @Override
    int spares() {
        return 2;
    }

    @BeforeEach
    void startOneInAdvance() throws Exception {
        assertThat(server.client().run(run("exit 5")).exitCode()).isEqualTo(5);
        while (server.machine.running().isEmpty()) {
            Thread.sleep(2);
        }
        assertThat(server.running()).isEmpty();
    }
}
