package boxrun.cli.doctor;

import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.config.Reasons;
import boxrun.config.Settings;
import boxrun.config.Sizes;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.List;

/** The state directory: that it can be ours, its sockets' paths, its file system, and the room there. */
final class StateChecks {
    private static final String DIRECTORY = "state directory";
    private static final String FILES = "file system";
    private static final String SPACE = "disk space";

    private static final long TOO_LITTLE = 256L << 20;
    private static final long LITTLE = 5L << 30;

    /** Overlayfs refuses them as the upper layer, or loses what it keeps there. */
    private static final List<String> UNFIT =
            List.of("overlay", "nfs", "nfs4", "cifs", "smb3", "vfat", "exfat", "fuseblk");

    private static final String ELSEWHERE = "export BOXRUN_STATE_DIR=/var/tmp/boxrun-$(id -u)";

    private StateChecks() {}

    static List<Finding> of(Settings settings) {
        Home home;
        try {
            home = Home.of(settings);
            home.prepare();
        } catch (ProblemException e) {
            return List.of(Finding.failed(DIRECTORY, e.message(), ELSEWHERE));
        }
        Finding directory = Finding.ok(DIRECTORY, home.root().toString());
        try {
            FileStore store = Files.getFileStore(home.root());
            return List.of(directory, fileSystem(store.type()), space(store.getUsableSpace()));
        } catch (IOException e) {
            return List.of(directory, Finding.warning(SPACE, "cannot ask for it: " + Reasons.of(e), ""));
        }
    }

    static Finding fileSystem(String type) {
        return UNFIT.contains(type)
                ? Finding.failed(FILES, type + ", on which overlayfs cannot write", ELSEWHERE)
                : Finding.ok(FILES, type);
    }

    static Finding space(long bytes) {
        String free = Sizes.text(bytes) + " free";
        String fix = "boxrun images; boxrun ls --status stopped";
        if (bytes < TOO_LITTLE) {
            return Finding.failed(SPACE, free, fix);
        }
        return bytes < LITTLE ? Finding.warning(SPACE, free, fix) : Finding.ok(SPACE, free);
    }
}
