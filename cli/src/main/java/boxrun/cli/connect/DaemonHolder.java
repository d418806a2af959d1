package boxrun.cli.connect;

import boxrun.config.Home;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Who holds the lock of the one daemon: a daemon that is starting or leaving holds it without listening. */
final class DaemonHolder {
    private DaemonHolder() {}

    static boolean isHeld(Home home) throws IOException {
        if (!Files.exists(home.daemonLock())) {
            return false;
        }
        try (FileChannel file = FileChannel.open(home.daemonLock(), StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException inThisProcess) {
            return true;
        }
    }

    /** The process id that the holder wrote into the lock's file. */
    static Optional<Long> pid(Home home) {
        try {
            String text = Files.readString(home.daemonLock()).strip();
            return text.matches("[1-9]\\d{0,9}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }
}
