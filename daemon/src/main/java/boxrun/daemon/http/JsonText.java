package boxrun.daemon.http;

import java.io.ByteArrayOutputStream;

/**
 * The bytes of a JSON string. Output of commands is the one thing there is much of: it goes from UTF-8 to UTF-8 without
 * becoming Java characters in between.
 */
final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private JsonText() {}

    /** Writes valid UTF-8 escaped, without the quotation marks. */
    static void escape(byte[] text, int from, int to, ByteArrayOutputStream out) {
        int plain = from;
        for (int i = from; i < to; i++) {
            byte b = text[i];
            // Bytes of characters beyond ASCII are negative and pass unchanged.
            if (b >= ' ' || b < 0) {
                if (b != '"' && b != '\\') {
                    continue;
                }
            }
            out.write(text, plain, i - plain);
            escape(b, out);
            plain = i + 1;
        }
        out.write(text, plain, to - plain);
    }

    private static void escape(byte b, ByteArrayOutputStream out) {
        out.write('\\');
        switch (b) {
            case '"', '\\' -> out.write(b);
            case '\n' -> out.write('n');
            case '\r' -> out.write('r');
            case '\t' -> out.write('t');
            default -> {
                out.write('u');
                out.write('0');
                out.write('0');
                out.write(HEX[b >> 4]);
                out.write(HEX[b & 0xf]);
            }
        }
    }
}
