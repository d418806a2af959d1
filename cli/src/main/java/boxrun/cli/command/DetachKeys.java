package boxrun.cli.command;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds, among the keys that somebody types, those that leave the terminal. The beginning of them is held back until it
 * is clear that the rest does not follow.
 */
final class DetachKeys {
    private final byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /** No keys leave. */
    static DetachKeys none() {
        return new DetachKeys(new byte[0]);
    }

    /**
     * Reads keys as they are written.
     *
     * @param source where they stand, for the words about bad ones
     */
    static DetachKeys of(String text, String source) {
        if (text.isEmpty() || text.equals("none")) {
            return none();
        }
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        for (String key : text.split(",", -1)) {
            keys.write(key(key, text, source));
        }
        return new DetachKeys(keys.toByteArray());
    }

    private static int key(String key, String text, String source) {
        String lower = key.toLowerCase(Locale.ROOT);
        if (key.length() == 1 && key.charAt(0) > ' ' && key.charAt(0) < 127) {
            return key.charAt(0);
        }
        if (lower.matches("ctrl-[a-z@\\[\\\\\\]^_]")) {
            return Character.toUpperCase(lower.charAt(5)) & 0x1f;
        }
        throw new UsageException(
                "bad value for " + source + ": expected keys such as ctrl-p,ctrl-q or none, got \"" + text + '"');
    }

    /** What was typed, as far as it is to be passed on. */
    record Typed(ByteBuffer bytes, boolean leave) {}

    /** Takes the next bytes that were typed. */
    Typed type(byte[] buffer, int length) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(length + matched);
        for (int i = 0; i < length; i++) {
            if (keys.length > 0 && buffer[i] == keys[matched]) {
                matched++;
                if (matched == keys.length) {
                    return new Typed(ByteBuffer.wrap(passed.toByteArray()), true);
                }
            } else {
                byte[] tail = Arrays.copyOf(keys, matched + 1);
                tail[matched] = buffer[i];
                matched = beginning(tail);
                passed.write(tail, 0, tail.length - matched);
            }
        }
        return new Typed(ByteBuffer.wrap(passed.toByteArray()), false);
    }

    /** How many of the last of these bytes may still be the beginning of the keys. */
    private int beginning(byte[] tail) {
        int length = tail.length - 1;
        while (length > 0 && !Arrays.equals(keys, 0, length, tail, tail.length - length, tail.length)) {
            length--;
        }
        return length;
    }
}
