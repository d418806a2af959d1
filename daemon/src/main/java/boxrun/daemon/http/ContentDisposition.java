package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The header by which a download proposes a file name (RFC 6266), whatever characters that has. */
final class ContentDisposition {
    /** What RFC 5987 lets stand for itself. */
    private static final String PLAIN = "!#$&+-.^_`|~";

    private ContentDisposition() {}

    static String attachment(String fileName) {
        StringBuilder simple = new StringBuilder();
        fileName.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                simple.append('\\');
            }
            simple.append(c < ' ' || c > '~' ? '_' : (char) c);
        });
        String header = "attachment; filename=\"" + simple + "\"";
        boolean exact = fileName.chars().allMatch(c -> c >= ' ' && c <= '~');
        return exact ? header : header + "; filename*=UTF-8''" + encoded(fileName);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            boolean plain =
                    (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || PLAIN.indexOf(b) >= 0;
            encoded.append(plain ? "" + (char) b : "%%%02X".formatted(b));
        }
        return encoded.toString();
    }
}
