package boxrun.cli.copy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directory of this machine that a tree is unpacked in, and the way from it to where the tree grows at present.
 *
 * <p>Java makes files by descriptors, but neither directories nor links. Those are made in a directory of our own
 * beside the tree and moved to their places, which is done by descriptors.
 */
final class Destination implements Closeable {
    private static final Path MADE = Path.of("made");

    private final Path root;
    private final List<OpenDirectory> open = new ArrayList<>();
    private final List<String> at = new ArrayList<>();
    private Optional<Path> workshop = Optional.empty();

    Destination(Path root) throws IOException {
        this.root = root;
        open.add(OpenDirectory.at(root));
    }

    /** The directory that a path's last component is in. */
    OpenDirectory parentOf(List<String> path, boolean make) throws IOException {
        List<String> parent = path.subList(0, path.size() - 1);
        int common = 0;
        while (common < Math.min(at.size(), parent.size()) && at.get(common).equals(parent.get(common))) {
            common++;
        }
        while (at.size() > common) {
            at.removeLast();
            open.removeLast().close();
        }
        for (String name : parent.subList(common, parent.size())) {
            Path child = Names.path(name);
            if (make) {
                require(child, path);
            }
            open.add(open.getLast().open(child));
            at.add(name);
        }
        return open.getLast();
    }

    /** Makes a directory in the current one unless it is there; true when it was made. */
    private boolean require(Path name, List<String> path) throws IOException {
        Optional<BasicFileAttributes> there = open.getLast().attributes(name);
        if (there.isPresent() && !there.get().isDirectory()) {
            throw new FileSystemException(
                    Names.shown(String.join("/", path)),
                    null,
                    "cannot be written: " + name
                            + (there.get().isSymbolicLink()
                                    ? " is a link, and no link is followed"
                                    : " is not a directory"));
        }
        if (there.isEmpty()) {
            Files.createDirectory(workshop().resolve(MADE));
            place(name);
        }
        return there.isEmpty();
    }

    /** Makes a directory unless it is there; true when it was made. */
    boolean makeDirectory(List<String> path) throws IOException {
        parentOf(path, true);
        return require(Names.path(path.getLast()), path);
    }

    /** Makes a link, in place of a file or link of that name. */
    void makeLink(List<String> path, Path target) throws IOException {
        OpenDirectory parent = parentOf(path, true);
        Path name = Names.path(path.getLast());
        parent.clear(name);
        Files.createSymbolicLink(workshop().resolve(MADE), target);
        place(name);
    }

    private void place(Path name) throws IOException {
        try (OpenDirectory shop = open.getFirst().open(workshop().getFileName())) {
            open.getLast().take(shop, MADE, name);
        }
    }

    private Path workshop() throws IOException {
        if (workshop.isEmpty()) {
            workshop = Optional.of(Files.createTempDirectory(root, ".boxrun-"));
        }
        return workshop.get();
    }

    @Override
    public void close() throws IOException {
        try {
            if (workshop.isPresent()) {
                Files.deleteIfExists(workshop.get().resolve(MADE));
                open.getFirst().deleteDirectory(workshop.get().getFileName());
            }
        } finally {
            for (OpenDirectory directory : open) {
                directory.close();
            }
        }
    }
}
