package boxrun.cli;

import boxrun.cli.connect.DaemonConnector;
import boxrun.client.BoxrunClient;
import boxrun.config.Setting;
import boxrun.config.Settings;
import java.util.Map;
import java.util.Optional;

/** The daemon, as {@code --host} and the settings say; the user's own one is started when it does not run. */
final class DaemonAt {
    private DaemonAt() {}

    static BoxrunClient of(Optional<String> host, Map<String, String> environment) {
        Settings settings = Settings.load(
                environment, host.map(url -> Map.of(Setting.HOST, url)).orElse(Map.of()));
        return DaemonConnector.connect(settings, note -> System.err.println("boxrun: " + note));
    }
}
