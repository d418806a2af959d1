package boxrun.cli.connect;

import boxrun.config.Home;
import java.nio.file.Path;
import java.time.Duration;

/** A process that connects, as a command would, and prints the daemon's process id. */
final class ConnectOnce {
    private ConnectOnce() {}

    /** The argument: the state directory. */
    public static void main(String[] arguments) {
        Home home = new Home(Path.of(arguments[0]));
        System.out.println(Connectors.to(home, "build-1", "serve", line -> {})
                .connect()
                .greet(Duration.ofSeconds(10))
                .pid());
    }
}
