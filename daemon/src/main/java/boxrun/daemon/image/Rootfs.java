package boxrun.daemon.image;

import java.nio.file.Path;
import java.util.List;

/** Where the files of an image are. */
public sealed interface Rootfs {

    /**
     * Unpacked layers, owned by the ids of the user namespace in which boxes run.
     *
     * @param store the directory in which {@code names} stand
     * @param names the layers' directories, lowest first
     */
    record Layers(Path store, List<String> names) implements Rootfs {
        public Layers {
            names = List.copyOf(names);
        }
    }

    /** A directory tree of the host, used read-only, owned by the ids of the host. */
    record Directory(Path path) implements Rootfs {}

    /** A copy-on-write view of the host's own programs; its secrets masked. */
    record Host() implements Rootfs {}
}
