package boxrun.cli.copy;

import boxrun.cli.print.Safe;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Names of files as bytes, one in each character, and as paths of this machine: a URI is exact about both. */
final class Names {
    private static final Path ROOT = Path.of("/");
    private static final int MAX_SHOWN = 200;

    private Names() {}

    /** The bytes of a path; those of a relative one are relative. */
    static String bytes(Path path) {
        String escaped = ROOT.resolve(path).toUri().getRawPath();
        StringBuilder bytes = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes.append((char) Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.append(c);
            }
        }
        // A URI tells directories by a slash at the end.
        int end = bytes.length() > 1 && bytes.charAt(bytes.length() - 1) == '/' ? bytes.length() - 1 : bytes.length();
        return bytes.substring(path.isAbsolute() ? 0 : 1, end);
    }

    /** The path of these bytes, of which none is zero; a relative one starts nowhere yet. */
    static Path path(String bytes) {
        StringBuilder escaped = new StringBuilder("file:///");
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            if (c == '/' || c == '.' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
                escaped.append(c);
            } else {
                escaped.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        Path absolute = Path.of(URI.create(escaped.toString()));
        // Not by relativize, which would work out dots.
        return bytes.startsWith("/") ? absolute : absolute.subpath(0, absolute.getNameCount());
    }

    /** For a message: as text where it is one, bounded, without control characters. */
    static String shown(String bytes) {
        String text = Safe.line(text(bytes));
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    /** The text that bytes are; what is none is lost. */
    static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Text that a user typed, as bytes. */
    static String ofText(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
