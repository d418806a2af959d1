package boxrun.daemon.http;

import boxrun.api.Box;
import boxrun.api.CreateBox;
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

    /** Makes a box. */
    Box create(String name) {
        return client.create(new CreateBox("host", name, null, 64, null, null, null, null, null));
    }

    @AfterEach
    void close() {
        server.close();
    }
}
