package boxrun.daemon.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * What lstat(2) says of a file.
 *
 * @param mode with the bits of the file's kind
 * @param device of a device node, 0 for others
 */
public record Stat(int mode, long uid, long gid, long inode, long links, long size, long device, FileTime time) {
    private static final int KIND = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    public static Stat of(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(
                file, "unix:mode,uid,gid,ino,nlink,size,rdev,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        return new Stat(
                (int) number(found, "mode"),
                number(found, "uid"),
                number(found, "gid"),
                number(found, "ino"),
                number(found, "nlink"),
                number(found, "size"),
                number(found, "rdev"),
                (FileTime) Objects.requireNonNull(found.get("lastModifiedTime")));
    }

    private static long number(Map<String, Object> found, String name) {
        return ((Number) Objects.requireNonNull(found.get(name))).longValue();
    }

    /** The mode without the file's kind. */
    public int permissions() {
        return mode & ~KIND;
    }

    public boolean isDirectory() {
        return (mode & KIND) == DIRECTORY;
    }

    public boolean isDevice() {
        return (mode & KIND) == CHARACTER_DEVICE || (mode & KIND) == BLOCK_DEVICE;
    }

    /** Whether it hides a file of the layers below, as overlayfs knows it. */
    public boolean isWhiteout() {
        return (mode & KIND) == CHARACTER_DEVICE && device == 0;
    }
}
