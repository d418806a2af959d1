package boxrun.daemon.engine.container;

import boxrun.daemon.engine.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The files of a box's /etc that say who it is and where it finds others. */
final class EtcFiles {
    static final List<String> NAMES = List.of("hosts", "hostname", "resolv.conf");

    private EtcFiles() {}

    static void write(BoxDirectory box, Launch launch) throws IOException {
        Files.writeString(
                box.etc("hosts"),
                "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t" + launch.hostname()
                        + "\n");
        Files.writeString(box.etc("hostname"), launch.hostname() + "\n");
        Files.writeString(
                box.etc("resolv.conf"),
                launch.network() ? "nameserver " + Network.DNS + "\n" : "# the network is off\n");
    }
}
