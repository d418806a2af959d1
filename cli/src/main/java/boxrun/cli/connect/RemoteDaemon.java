package boxrun.cli.connect;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.http.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** A daemon that the user names; it is not started from here. */
final class RemoteDaemon {
    private RemoteDaemon() {}

    static BoxrunClient at(String host, Settings settings) {
        try {
            Address address = Address.parse(host);
            return switch (address) {
                case Address.Unix unix -> new BoxrunClient(unix);
                case Address.Tcp tcp -> new BoxrunClient(tcp, token(settings).orElse(null));
            };
        } catch (IllegalArgumentException e) {
            String source = settings.source(Setting.HOST).orElse("the host");
            throw new ProblemException(ErrorCode.VALIDATION_ERROR, source + ": " + e.getMessage()).because(e);
        }
    }

    /** The token that is set, or the one of a daemon of ours; a daemon that wants one says so when there is none. */
    private static Optional<String> token(Settings settings) {
        Optional<String> set = settings.text(Setting.TOKEN);
        if (set.isPresent()) {
            return set;
        }
        try {
            return Optional.of(Files.readString(Home.of(settings).token()).strip());
        } catch (IOException | ProblemException none) {
            return Optional.empty();
        }
    }
}
