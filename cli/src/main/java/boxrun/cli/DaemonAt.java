package boxrun.cli;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.http.Address;
import java.util.Map;
import java.util.Optional;

/** Where the daemon is, as {@code --host} and the settings say. */
final class DaemonAt {
    private DaemonAt() {}

    static BoxrunClient of(Optional<String> host, Map<String, String> environment) {
        Settings settings = Settings.load(
                environment, host.map(url -> Map.of(Setting.HOST, url)).orElse(Map.of()));
        Address address = settings.text(Setting.HOST)
                .map(DaemonAt::parse)
                .orElseGet(() -> new Address.Unix(Home.of(settings).socket()));
        return new BoxrunClient(address, settings.text(Setting.TOKEN).orElse(null));
    }

    private static Address parse(String url) {
        try {
            return Address.parse(url);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ErrorCode.VALIDATION_ERROR, "bad address of the daemon: " + e.getMessage());
        }
    }
}
