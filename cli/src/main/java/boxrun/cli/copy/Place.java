package boxrun.cli.copy;

import java.nio.file.Path;

/** One end of a copy. */
public sealed interface Place {
    /** As the user wrote it. */
    String typed();

    /** On this machine; {@code path} is what was typed made absolute, which loses a slash or dot at the end. */
    record Here(String typed, Path path) implements Place {}

    /** In a box; a path that does not begin with a slash begins at its root. */
    record InBox(String box, String path) implements Place {
        public InBox {
            path = path.startsWith("/") ? path : "/" + path;
        }

        @Override
        public String typed() {
            return box + ":" + path;
        }
    }

    /** {@code -}: a tar archive on standard input or output. */
    record Archive() implements Place {
        @Override
        public String typed() {
            return "-";
        }
    }

    /** Whether only a directory can be meant. */
    static boolean endsWithSlash(String path) {
        return path.endsWith("/") || isContents(path);
    }

    /** Whether what a directory has in it is meant, and not the directory: it has no name of its own then. */
    static boolean isContents(String path) {
        String last = path.substring(path.lastIndexOf('/') + 1);
        return last.equals(".") || last.equals("..") || path.matches("/+");
    }

    /** The last component; none of a path that stands for contents. */
    static String name(String path) {
        String plain = path.replaceFirst("/+$", "");
        return isContents(path) ? "" : plain.substring(plain.lastIndexOf('/') + 1);
    }
}
