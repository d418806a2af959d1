package boxrun.daemon.exec;

/** Where bytes are whole UTF-8 characters and where they are not (Unicode 3.9, table 3-7: well-formed sequences). */
final class Utf8 {
    private Utf8() {}

    /** The index after the longest part, from {@code from}, that consists of whole valid characters. */
    static int validUntil(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (bytes[at] >= 0) {
                at++;
                continue;
            }
            int length = length(bytes[at]);
            if (length == 0 || at + length > to || !continues(bytes, at, at + length)) {
                return at;
            }
            at += length;
        }
        return at;
    }

    /** How many bytes at the end (0 to 3) are the beginning of a character whose rest may still come. */
    static int unfinished(byte[] bytes, int from, int to) {
        for (int count = 1; count <= 3 && to - count >= from; count++) {
            int start = to - count;
            int length = length(bytes[start]);
            if (length > 0) {
                return length > count && continues(bytes, start, to) ? count : 0;
            }
            if (bytes[start] >= 0) {
                return 0;
            }
        }
        return 0;
    }

    /** Bytes of the character that a lead byte begins; 0 for a byte that begins none of several bytes. */
    private static int length(byte lead) {
        int value = lead & 0xff;
        if (value >= 0xc2 && value <= 0xdf) {
            return 2;
        }
        if (value >= 0xe0 && value <= 0xef) {
            return 3;
        }
        return value >= 0xf0 && value <= 0xf4 ? 4 : 0;
    }

    /** Whether the bytes after the lead byte at {@code start}, as far as {@code to}, may follow it. */
    private static boolean continues(byte[] bytes, int start, int to) {
        for (int i = start + 1; i < to; i++) {
            if ((bytes[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        if (to - start < 2) {
            return true;
        }
        int second = bytes[start + 1] & 0xff;
        return switch (bytes[start] & 0xff) {
            // Overlong forms, surrogates, and what lies beyond U+10FFFF.
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second <= 0x9f;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second <= 0x8f;
            default -> true;
        };
    }
}
