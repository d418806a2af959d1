package boxrun.cli.copy;

/**
 * What stands in front of an entry's content.
 *
 * @param name its path, one byte in each character; of a directory without the slash at its end
 * @param mode the twelve bits of permissions
 * @param size bytes of content; 0 unless it is a file
 * @param modified seconds since 1970
 * @param link where a link leads, one byte in each character; empty for others
 */
record TarEntry(Type type, String name, int mode, long uid, long gid, long size, long modified, String link) {
    /** The kinds of entries. */
    enum Type {
        FILE('0', "a file"),
        HARD_LINK('1', "a hard link"),
        SYMBOLIC_LINK('2', "a link"),
        CHARACTER_DEVICE('3', "a device"),
        BLOCK_DEVICE('4', "a device"),
        DIRECTORY('5', "a directory"),
        PIPE('6', "a pipe");

        private final char flag;
        private final String words;

        Type(char flag, String words) {
            this.flag = flag;
            this.words = words;
        }

        char flag() {
            return flag;
        }

        String words() {
            return words;
        }
    }

    TarEntry withName(String newName) {
        return new TarEntry(type, newName, mode, uid, gid, size, modified, link);
    }

    TarEntry withLink(String newLink) {
        return new TarEntry(type, name, mode, uid, gid, size, modified, newLink);
    }

    TarEntry ofOwner(long newUid, long newGid) {
        return new TarEntry(type, name, mode, newUid, newGid, size, modified, link);
    }
}
