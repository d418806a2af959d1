package boxrun.daemon.image;

import boxrun.daemon.image.UnpackRecords.Kind;
import boxrun.daemon.image.UnpackRecords.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tar of one layer, refuses what no honest layer has, and writes it as records. Whiteouts ({@code .wh.NAME})
 * and opaque directories ({@code .wh..wh..opq}) become what overlayfs knows. Device nodes are left out, as every engine
 * without the host's privileges does: a box gets a fresh /dev.
 */
final class LayerReader {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String RESERVED = ".wh..wh.";
    private static final String ATTRIBUTE = "SCHILY.xattr.";
    private static final int MAX_PATH = 4095;
    /** {@code NAME_MAX} of every file system that boxes have. */
    private static final int MAX_NAME = 255;
    /** What the paths of directories, which are remembered to the end, may take of memory, and each of them besides. */
    private static final long MAX_REMEMBERED = 64L << 20;

    private static final int EACH_REMEMBERED = 150;

    /**
     * What was read.
     *
     * @param bytes of all files
     * @param devices nodes that were left out
     */
    record Contents(long entries, long bytes, long devices) {}

    private final UnpackRecords records;
    private final LayerLimits limits;
    private final long maxId;
    /** Sorted, so that those below another are found without looking at all. */
    private final NavigableMap<String, FileTime> directories = new TreeMap<>();

    private long entries;
    private long bytes;
    private long devices;
    private long remembered;

    /** @param maxId the highest user and group that a file can have in a box */
    LayerReader(UnpackRecords records, LayerLimits limits, long maxId) {
        this.records = records;
        this.limits = limits;
        this.maxId = maxId;
    }

    /**
     * Reads to the end of the stream.
     *
     * @throws LayerException when the tar is damaged or refused
     * @throws IOException when the stream fails, or whoever takes the records does
     */
    Contents read(InputStream stream) throws IOException {
        TarGuard guard = new TarGuard(stream, limits.bytes());
        try {
            return read(guard);
        } catch (UnpackRecords.ReceiverGone e) {
            throw e;
        } catch (IOException e) {
            throw guard.explain(e);
        }
    }

    private Contents read(TarGuard guard) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(guard, StandardCharsets.ISO_8859_1.name());
        records.entry(Kind.DIRECTORY, "", Metadata.ABSENT);
        for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
            if (++entries > limits.entries()) {
                throw new LayerException("it has more than " + limits.entries() + " entries");
            }
            entry(entry, guard.extendedHeader(), tar);
        }
        // Whatever follows the archive's end belongs to the layer's digest.
        guard.ignoreRest();
        guard.skip(Long.MAX_VALUE);
        for (Map.Entry<String, FileTime> directory : directories.entrySet()) {
            records.entry(Kind.TIMES, directory.getKey(), new Metadata(0, 0, 0, directory.getValue(), Map.of()));
        }
        records.end();
        return new Contents(entries, bytes, devices);
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
        try {
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry != null && !entry.isCheckSumOK()) {
                throw LayerException.damaged("it is not a tar archive, or a damaged one");
            }
            return entry;
        } catch (IllegalArgumentException e) {
            throw LayerException.damaged("it is not a tar archive, or a damaged one");
        }
    }

    private void entry(TarArchiveEntry entry, Map<String, String> extended, InputStream content) throws IOException {
        String name = extended.getOrDefault("GNU.sparse.name", extended.getOrDefault("path", entry.getName()));
        String path = normal("the entry", name);
        String base = path.substring(path.lastIndexOf('/') + 1);
        String parent = path.substring(0, Math.max(0, path.length() - base.length() - 1));
        if (base.equals(OPAQUE)) {
            parents(path);
            records.entry(Kind.OPAQUE, parent, Metadata.ABSENT);
            return;
        }
        if (base.startsWith(RESERVED)) {
            return; // bookkeeping of aufs, from long ago
        }
        parents(path);
        if (base.startsWith(WHITEOUT)) {
            String hidden = base.substring(WHITEOUT.length());
            if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
                throw new LayerException("the entry " + shown(name) + " removes nothing that can be removed");
            }
            records.entry(Kind.WHITEOUT, parent.isEmpty() ? hidden : parent + "/" + hidden, Metadata.ABSENT);
            return;
        }
        write(entry, path, extended, content);
    }

    private void write(TarArchiveEntry entry, String path, Map<String, String> extended, InputStream content)
            throws IOException {
        boolean directory = entry.getLinkFlag() == TarConstants.LF_DIR
                || (entry.getName().endsWith("/") && isPlain(entry.getLinkFlag()));
        if (!directory) {
            if (path.isEmpty()) {
                throw new LayerException("its root is not a directory");
            }
            replaced(path);
        }
        Metadata metadata = metadata(entry, path, extended);
        switch (entry.getLinkFlag()) {
            case TarConstants.LF_DIR -> directory(path, metadata);
            case TarConstants.LF_SYMLINK -> records.link(Kind.SYMLINK, path, target(entry, path, extended), metadata);
            case TarConstants.LF_LINK -> {
                String target =
                        normal("the target of the hard link " + shown(path) + ",", target(entry, path, extended));
                if (!target.equals(path)) {
                    records.link(Kind.LINK, path, target, metadata);
                }
            }
            case TarConstants.LF_FIFO -> records.entry(Kind.FIFO, path, metadata);
            case TarConstants.LF_CHR, TarConstants.LF_BLK -> devices++;
            default -> {
                if (directory) {
                    directory(path, metadata);
                } else if (isPlain(entry.getLinkFlag()) || entry.isSparse()) {
                    file(entry, path, metadata, content);
                } else {
                    throw new LayerException("the entry " + shown(path) + " is of a kind that boxrun does not know, '"
                            + (char) entry.getLinkFlag() + "'");
                }
            }
        }
    }

    private static boolean isPlain(byte flag) {
        return flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM || flag == TarConstants.LF_CONTIG;
    }

    private void directory(String path, Metadata metadata) throws IOException {
        records.entry(Kind.DIRECTORY, path, metadata);
        remember(path, metadata.time());
    }

    private void file(TarArchiveEntry entry, String path, Metadata metadata, InputStream content) throws IOException {
        long size = entry.isSparse() ? entry.getRealSize() : entry.getSize();
        bytes += size;
        if (size < 0 || bytes > limits.bytes()) {
            throw new LayerException("its files have more than " + limits.bytes() + " bytes");
        }
        records.file(path, metadata, size, content);
    }

    /** Directories above a file need not be in the layer; what they are is known only in a layer below. */
    private void parents(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (!directories.containsKey(parent)) {
                records.entry(Kind.IMPLIED, parent, Metadata.ABSENT);
                remember(parent, Metadata.ABSENT.time());
            }
        }
    }

    private void remember(String directory, FileTime time) throws LayerException {
        if (directories.put(directory, time) == null) {
            remembered += directory.length() + EACH_REMEMBERED;
            if (remembered > MAX_REMEMBERED) {
                throw new LayerException("it has too many directories, or too long names of them");
            }
        }
    }

    /** Forgets directories in whose place something else comes. */
    private void replaced(String path) {
        if (directories.remove(path) != null) {
            directories.subMap(path + "/", path + (char) ('/' + 1)).clear();
        }
    }

    private Metadata metadata(TarArchiveEntry entry, String path, Map<String, String> extended) throws LayerException {
        long uid = entry.getLongUserId();
        long gid = entry.getLongGroupId();
        if (uid < 0 || gid < 0 || uid > maxId || gid > maxId) {
            throw new LayerException("the entry " + shown(path) + " belongs to " + uid + ":" + gid
                    + ", and boxes have the ids 0 to " + maxId + " only");
        }
        Map<String, String> attributes = new TreeMap<>();
        extended.forEach((name, value) -> {
            if (name.startsWith(ATTRIBUTE) && isKept(name.substring(ATTRIBUTE.length()))) {
                attributes.put(name.substring(ATTRIBUTE.length()), value);
            }
        });
        return new Metadata(entry.getMode() & 07777, uid, gid, entry.getLastModifiedTime(), attributes);
    }

    /** The kernel lets root of a user namespace set no others; those of overlayfs are ours to set. */
    private static boolean isKept(String attribute) {
        return attribute.equals("security.capability")
                || (attribute.startsWith("user.") && !attribute.startsWith("user.overlay."));
    }

    private static String target(TarArchiveEntry entry, String path, Map<String, String> extended)
            throws LayerException {
        String target = extended.getOrDefault("linkpath", entry.getLinkName());
        if (target.isEmpty() || target.length() > MAX_PATH || target.indexOf(0) >= 0) {
            throw new LayerException("the link " + shown(path) + " has a target that no link can have");
        }
        return target;
    }

    /** The path without needless parts; refuses what is not below the layer's root. */
    private static String normal(String what, String name) throws LayerException {
        if (name.startsWith("/")) {
            throw new LayerException(what + " " + shown(name) + " is an absolute path");
        }
        if (name.indexOf(0) >= 0 || name.length() > MAX_PATH) {
            throw new LayerException(what + " " + shown(name) + " is not a path");
        }
        StringBuilder normal = new StringBuilder(name.length());
        for (int start = 0; start <= name.length(); ) {
            int slash = name.indexOf('/', start);
            int end = slash < 0 ? name.length() : slash;
            String component = name.substring(start, end);
            if (component.equals("..")) {
                throw new LayerException(what + " " + shown(name) + " leads out of the layer");
            }
            if (component.length() > MAX_NAME) {
                throw new LayerException(what + " " + shown(name) + " has a name of more than " + MAX_NAME + " bytes");
            }
            if (!component.isEmpty() && !component.equals(".")) {
                normal.append(normal.isEmpty() ? "" : "/").append(component);
            }
            start = end + 1;
        }
        return normal.toString();
    }

    /** A name for a message: bounded, and without control characters. */
    private static String shown(String name) {
        String text = new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(200).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return shown.length() < text.length() ? shown + "…" : shown.toString();
    }
}
