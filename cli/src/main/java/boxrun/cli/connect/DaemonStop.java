package boxrun.cli.connect;

import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.client.Greeting;
import java.time.Duration;
import java.util.function.Consumer;

/** Asks a daemon to leave in order. */
final class DaemonStop {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

    private DaemonStop() {}

    static void ask(BoxrunClient client, Greeting greeting, Consumer<String> notes) {
        notes.accept("replacing the daemon of boxrun " + greeting.version() + " (" + greeting.build() + ", pid "
                + greeting.pid() + "); boxes that run stay");
        ask(client);
    }

    static void ask(BoxrunClient client) {
        try {
            client.shutdown(ANSWER_WITHIN);
        } catch (ConnectionException leaving) {
            // It may be gone before it could answer; whether it is, the next look tells.
        }
    }
}
