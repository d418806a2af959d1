package boxrun.daemon.engine.container;

import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the engine keeps of one box: all of it in a directory of its own beside the box's record, and the agent's
 * socket, whose path must be short.
 */
record BoxDirectory(Path box) {
    static BoxDirectory of(Home home, BoxId id) {
        return new BoxDirectory(home.boxes().resolve(id.value()));
    }

    Path engine() {
        return box.resolve("engine");
    }

    Path socket() {
        return box.resolve("agent.sock");
    }

    /** The OCI bundle: {@code config.json}. */
    Path bundle() {
        return engine().resolve("bundle");
    }

    Path config() {
        return bundle().resolve("config.json");
    }

    /** The files that the box sees as its /etc/hosts and so on, before they are copied into its memory. */
    Path etc(String name) {
        return engine().resolve(name);
    }

    /** The disk as an image of a file system. */
    Path image() {
        return engine().resolve("disk.ext4");
    }

    /** The disk as a directory, where it is watched only. */
    Path disk() {
        return engine().resolve("disk");
    }

    /** How large that directory may become, and how often commands were ended because it was larger. */
    Path diskLimit() {
        return engine().resolve("disk-limit.json");
    }

    Path diskEnds() {
        return engine().resolve("disk-ends");
    }

    /** The runtime's own records. */
    Path runtime() {
        return engine().resolve("runtime");
    }

    Path pidFile() {
        return engine().resolve("pid");
    }

    Path pastaPidFile() {
        return engine().resolve("pasta.pid");
    }

    /** Which process pasta is, once it runs. */
    Path pasta() {
        return engine().resolve("pasta.json");
    }

    /** What the launcher and the runtime said when the box was started. */
    Path messages() {
        return engine().resolve("messages");
    }

    /** Which processes the running box is; absent when it does not run. */
    Path running() {
        return engine().resolve("running.json");
    }

    /** What the volumes' paths led to when the box was made. */
    Path volumes() {
        return engine().resolve("volumes.json");
    }

    /** How the box was started last; absent before the first launch has succeeded. */
    Path launched() {
        return engine().resolve("launched.json");
    }

    /** What people may want to look at. */
    Map<String, String> paths(boolean diskLimited) {
        return Map.of(
                "directory", box.toString(),
                "disk", (diskLimited ? image() : disk()).toString(),
                "configuration", config().toString(),
                "messages", messages().toString());
    }
}
