package boxrun.daemon.engine.container;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The scope of systemd that the command line starts a user's daemon in: {@code …/boxrun-ID.scope}, in which this daemon
 * may make groups. A group that has controllers for its children has no processes of its own, so the daemon moves to
 * {@code daemon} in it; boxes have their groups in {@code boxrun}.
 *
 * <p>Boxes outlive a daemon, in the scope that it had. The next daemon moves there from its own scope, which then goes
 * away, so that all boxes of a user are in one place.
 */
final class DelegatedScope {
    private static final List<String> WANTED = List.of("cpu", "memory", "pids");

    private final Path link;

    /** @param link in the state directory, to the scope of the boxes; made here */
    DelegatedScope(Path link) {
        this.link = link;
    }

    /**
     * Arranges that boxes can have groups.
     *
     * @param own the group of this process
     * @return the scope in which they can, or {@code own} when that is none
     */
    Path enter(Path own) throws IOException {
        String name = own.getFileName().toString();
        if (!name.startsWith("boxrun-") || !name.endsWith(".scope")) {
            return own;
        }
        if (hasBoxes()) {
            Path earlier = link.toRealPath();
            if (moveTo(earlier)) {
                return earlier;
            }
        }
        if (moveTo(own)) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, own);
        }
        return own;
    }

    private boolean hasBoxes() throws IOException {
        Path boxes = link.resolve(Cgroups.BOXES);
        if (!Files.isDirectory(boxes)) {
            return false;
        }
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(boxes, Files::isDirectory)) {
            return groups.iterator().hasNext();
        }
    }

    private static boolean moveTo(Path scope) {
        try {
            Path daemon = Files.createDirectories(scope.resolve("daemon"));
            // 0 is whoever writes it: cgroups(7).
            Files.writeString(daemon.resolve("cgroup.procs"), "0");
            List<String> available = Cgroups.words(scope.resolve("cgroup.controllers"));
            Files.writeString(
                    scope.resolve("cgroup.subtree_control"),
                    WANTED.stream()
                            .filter(available::contains)
                            .map(controller -> "+" + controller)
                            .collect(Collectors.joining(" ")));
            return true;
        } catch (IOException notOurs) {
            return false;
        }
    }
}
