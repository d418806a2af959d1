package boxrun.cli.copy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The directory of this machine that a tree is unpacked in, and the way from it to where the tree grows at present.
 *
 * <p>Java makes files by descriptors, but neither directories nor links. Those are made in a directory of our own
 * beside the tree and moved to their places, which is done by descriptors. A second name of a file is made there too,
 * by the file's path, and is moved only when it turned out to be one of a file that was made here.
 */
final class Destination implements Closeable {
    private static final Path MADE = Path.of("made");

    private final Path root;
    private final List<OpenDirectory> open = new ArrayList<>();
    private final List<String> at = new ArrayList<>();
    /** The files that were made, as {@link OpenDirectory#file} tells them. */
    private final Set<Object> made = new HashSet<>();

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
        parentOf(path, true);
        Path name = Names.path(path.getLast());
        clear(name);
        Files.createSymbolicLink(workshop().resolve(MADE), target);
        place(name);
    }

    /** Makes a file that only its owner can open, in place of a file or link of that name. */
    SeekableByteChannel makeFile(List<String> path) throws IOException {
        OpenDirectory parent = parentOf(path, true);
        Path name = Names.path(path.getLast());
        clear(name);
        SeekableByteChannel file = parent.create(name);
        parent.file(name).ifPresent(made::add);
        return file;
    }

    /** Reads a file that was made here; {@link NoSuchFileException} for all others. */
    SeekableByteChannel readMade(List<String> path) throws IOException {
        OpenDirectory parent = parentOf(path, false);
        requireMade(parent, path);
        return parent.read(Names.path(path.getLast()));
    }

    private Object requireMade(OpenDirectory parent, List<String> path) throws IOException {
        return parent.file(Names.path(path.getLast()))
                .filter(made::contains)
                .orElseThrow(() -> new NoSuchFileException(Names.shown(String.join("/", path))));
    }

    /**
     * Gives a file that was made here another name, in place of a file or link of that name; false when that cannot be
     * done, because the file system knows no second names or another file has taken the place of the file.
     */
    boolean makeHardLink(List<String> path, List<String> original) throws IOException {
        Object file = requireMade(parentOf(original, false), original);
        OpenDirectory parent = parentOf(path, true);
        Path name = Names.path(path.getLast());
        clear(name);
        Path second = workshop().resolve(MADE);
        try {
            Files.createLink(second, root.resolve(Names.path(String.join("/", original))));
        } catch (FileSystemException | UnsupportedOperationException impossible) {
            return false;
        }
        try (OpenDirectory shop = open.getFirst().open(workshop().getFileName())) {
            if (shop.file(MADE).filter(file::equals).isEmpty()) {
                shop.deleteFile(MADE);
                return false;
            }
            parent.take(shop, MADE, name);
        }
        // What was cleared may have been a third name of it.
        made.add(file);
        return true;
    }

    private void clear(Path name) throws IOException {
        // Its number may be that of another file from now on.
        open.getLast().file(name).ifPresent(made::remove);
        open.getLast().clear(name);
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
