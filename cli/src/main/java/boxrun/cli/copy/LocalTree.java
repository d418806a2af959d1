package boxrun.cli.copy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A file or directory of this machine and all below it; no link is followed, and what has several names keeps them.
 * Sockets, pipes and devices are refused.
 */
final class LocalTree implements TarSource {
    private record Node(Path path, String name) {}

    private static final int KIND = 0170000;

    private final Refusals refusals;
    private final ArrayDeque<Node> left = new ArrayDeque<>();
    /** What files with several names were called first. */
    private final Map<UnixFile.Id, String> named = new HashMap<>();

    private InputStream open = InputStream.nullInputStream();

    /** @param name of the root in the archive; empty for what a directory has in it, without the directory itself */
    LocalTree(Path root, String name, Refusals refusals) throws IOException {
        this.refusals = refusals;
        if (name.isEmpty()) {
            children(new Node(root, ""));
        } else {
            left.add(new Node(root, name));
        }
    }

    @Override
    public Optional<Item> next() throws IOException {
        open.close();
        open = InputStream.nullInputStream();
        while (!left.isEmpty()) {
            Node node = left.removeFirst();
            UnixFile file = UnixFile.of(node.path());
            switch (file.mode() & KIND) {
                case 0100000 -> {
                    String first = file.links() > 1 ? named.putIfAbsent(file.id(), node.name()) : null;
                    if (first != null) {
                        return Optional.of(new Item(entry(TarEntry.Type.HARD_LINK, node, file, first), open));
                    }
                    open = Files.newInputStream(node.path());
                    InputStream content = new Exactly(
                            open,
                            file.size(),
                            () -> new EOFException(node.path() + " became shorter while it was copied"));
                    return Optional.of(new Item(entry(TarEntry.Type.FILE, node, file, ""), content));
                }
                case 0040000 -> {
                    children(node);
                    return Optional.of(new Item(entry(TarEntry.Type.DIRECTORY, node, file, ""), open));
                }
                case 0120000 -> {
                    String link = Names.bytes(Files.readSymbolicLink(node.path()));
                    return Optional.of(new Item(entry(TarEntry.Type.SYMBOLIC_LINK, node, file, link), open));
                }
                default -> refusals.add(node.name(), "a socket, a pipe or a device");
            }
        }
        return Optional.empty();
    }

    /** What stat(2) says of a file that is no link to another. */
    private record UnixFile(int mode, long size, int uid, int gid, FileTime modified, int links, Id id) {
        /** What all names of a file have in common. */
        private record Id(long device, long inode) {}

        static UnixFile of(Path path) throws IOException {
            Map<String, Object> all = Files.readAttributes(
                    path, "unix:mode,size,uid,gid,lastModifiedTime,nlink,dev,ino", LinkOption.NOFOLLOW_LINKS);
            return new UnixFile(
                    attribute(all, "mode", Integer.class),
                    attribute(all, "size", Long.class),
                    attribute(all, "uid", Integer.class),
                    attribute(all, "gid", Integer.class),
                    attribute(all, "lastModifiedTime", FileTime.class),
                    attribute(all, "nlink", Integer.class),
                    new Id(attribute(all, "dev", Long.class), attribute(all, "ino", Long.class)));
        }

        private static <T> T attribute(Map<String, Object> all, String name, Class<T> type) {
            return type.cast(Objects.requireNonNull(all.get(name)));
        }
    }

    private static TarEntry entry(TarEntry.Type type, Node node, UnixFile file, String link) {
        return new TarEntry(
                type,
                node.name(),
                file.mode() & 07777,
                Integer.toUnsignedLong(file.uid()),
                Integer.toUnsignedLong(file.gid()),
                type == TarEntry.Type.FILE ? file.size() : 0,
                file.modified().to(TimeUnit.SECONDS),
                link);
    }

    /** In front of what is left, in the order of their names, so that the same tree gives the same archive. */
    private void children(Node directory) throws IOException {
        List<Node> children = new ArrayList<>();
        try (DirectoryStream<Path> list = Files.newDirectoryStream(directory.path())) {
            for (Path path : list) {
                String name = Names.bytes(path.getFileName());
                children.add(new Node(path, directory.name().isEmpty() ? name : directory.name() + "/" + name));
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort(Comparator.comparing(Node::name).reversed());
        children.forEach(left::addFirst);
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}
