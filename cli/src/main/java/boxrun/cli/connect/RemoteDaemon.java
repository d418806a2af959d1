package boxrun.cli.connect;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.http.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.util.Optional;

/** A daemon that the user names; it is not started from here. */
final class RemoteDaemon {
    private RemoteDaemon() {}

    static BoxrunClient at(String host, Settings settings) {
        try {
            Address address = Address.parse(host, settings.whole(Setting.PORT).orElseThrow());
            return switch (address) {
                case Address.Unix unix -> new BoxrunClient(unix);
                case Address.Tcp tcp ->
                    new BoxrunClient(tcp, token(tcp.host(), settings).orElse(null));
            };
        } catch (IllegalArgumentException e) {
            String source = settings.source(Setting.HOST).orElse("the host");
            throw new ProblemException(ErrorCode.VALIDATION_ERROR, source + ": " + e.getMessage()).because(e);
        }
    }

    /** The token that is set, or, for a daemon of this machine, that of its file; a daemon that wants one says so. */
    private static Optional<String> token(String host, Settings settings) {
        Optional<String> set = settings.text(Setting.TOKEN);
        if (set.isPresent()) {
            return set;
        }
        try {
            return isHere(host)
                    ? Optional.of(Files.readString(Home.of(settings).token()).strip())
                    : Optional.empty();
        } catch (IOException | ProblemException none) {
            return Optional.empty();
        }
    }

    /** A token of this machine is nothing to send to another. */
    private static boolean isHere(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }
}
