package boxrun.cli.copy;

import boxrun.cli.copy.TarSource.Item;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Makes a tree of entries below a directory of this machine. The entries come from a box and may be made to harm: each
 * is reached from the directory one component at a time, by descriptors and never through a link, so that neither an
 * entry nor somebody who changes the directory meanwhile can have anything written elsewhere. Refused are devices,
 * pipes, and links that lead out of the tree; bits that let a program run as its owner are dropped.
 */
final class Unpacker implements Closeable {
    private final Destination destination;
    private final int above;
    private final Refusals refusals;
    /** The permissions and times of directories are set when all is in them, the deepest first. */
    private final ArrayDeque<TarEntry> directories = new ArrayDeque<>();

    /**
     * @param directory to unpack in, which the user named: it may be a link
     * @param above how many components of every name are not of the tree itself, but the tree's own name
     */
    Unpacker(Path directory, int above, Refusals refusals) throws IOException {
        this.destination = new Destination(directory);
        this.above = above;
        this.refusals = refusals;
    }

    void unpack(TarSource source) throws IOException {
        for (Optional<Item> item = source.next(); item.isPresent(); item = source.next()) {
            unpack(item.get().entry(), item.get().content());
        }
        for (TarEntry directory : directories) {
            List<String> path = components(directory.name());
            destination
                    .parentOf(path, false)
                    .finish(Names.path(path.getLast()), directory.mode(), directory.modified());
        }
    }

    private void unpack(TarEntry entry, InputStream content) throws IOException {
        List<String> path = components(entry.name());
        switch (entry.type()) {
            case DIRECTORY -> {
                if (destination.makeDirectory(path)) {
                    directories.addFirst(entry);
                }
            }
            case FILE -> write(entry, path, content);
            case SYMBOLIC_LINK -> {
                if (leadsOut(entry.link(), path.size() - 1 - above)) {
                    refusals.add(
                            entry.name(), "a link that leads out of what is copied, to " + Names.shown(entry.link()));
                } else {
                    destination.makeLink(path, Names.path(entry.link()));
                }
            }
            case HARD_LINK -> nameAgain(entry, path);
            case CHARACTER_DEVICE, BLOCK_DEVICE, PIPE ->
                refusals.add(entry.name(), entry.type().words());
        }
    }

    private void write(TarEntry entry, List<String> path, InputStream content) throws IOException {
        try (OutputStream out = Channels.newOutputStream(destination.makeFile(path))) {
            content.transferTo(out);
        }
        destination.parentOf(path, false).finish(Names.path(path.getLast()), entry.mode(), entry.modified());
    }

    /** A second name is given to what this copy made, and to nothing else. */
    private void nameAgain(TarEntry entry, List<String> path) throws IOException {
        List<String> original = components(entry.link());
        if (original.equals(path)) {
            return;
        }
        // Held open, because what it is written to may be in its place.
        try (InputStream content = Channels.newInputStream(destination.readMade(original))) {
            if (!destination.makeHardLink(path, original)) {
                write(entry, path, content);
            }
        } catch (NoSuchFileException absent) {
            refusals.add(entry.name(), "a hard link to " + Names.shown(entry.link()) + ", which was not copied");
        }
    }

    /**
     * Whether the target of a link is, or may be, outside. Dots are counted, so they may stand in front only: behind a
     * directory that is a link itself, they would lead elsewhere than they seem to.
     */
    static boolean leadsOut(String target, int depth) {
        if (target.isEmpty() || target.startsWith("/") || target.indexOf(0) >= 0) {
            return true;
        }
        int up = 0;
        boolean down = false;
        for (String component : target.split("/", -1)) {
            if (component.equals("..")) {
                up++;
                if (down || up > depth) {
                    return true;
                }
            } else if (!component.isEmpty() && !component.equals(".")) {
                down = true;
            }
        }
        return false;
    }

    private static List<String> components(String path) {
        return List.of(path.split("/", -1));
    }

    @Override
    public void close() throws IOException {
        destination.close();
    }
}
