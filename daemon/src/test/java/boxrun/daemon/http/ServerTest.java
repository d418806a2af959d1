package boxrun.daemon.http;

import boxrun.client.BoxrunClient;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Tests that each ask a server of their own, with a client whose answers are compared with openapi.json. */
abstract class ServerTest {
    final ServerFixture server;
    final BoxrunClient client;

    ServerTest(Path directory) throws Exception {
        server = new ServerFixture(directory);
        client = server.client();
    }

    @AfterEach
    void close() {
        server.close();
    }
}
