package boxrun.daemon.lifecycle;

import boxrun.api.ProblemException;
import boxrun.config.Home;
import java.io.IOException;
import java.nio.file.Path;

/** A process that takes the lock of a state directory, says so, and keeps it until its stdin ends. */
final class HoldLock {
    private HoldLock() {}

    public static void main(String[] arguments) throws IOException {
        try (DaemonLock lock = DaemonLock.acquire(new Home(Path.of(arguments[0])))) {
            System.out.println("held " + lock.getClass().getSimpleName());
            while (System.in.read() >= 0) {
                // Until the test closes it.
            }
        } catch (ProblemException e) {
            System.out.println(e.message());
        }
    }
}
