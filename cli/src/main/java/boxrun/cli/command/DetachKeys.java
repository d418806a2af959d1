package boxrun.cli.command;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Finds, among the keys that somebody types, those that leave the terminal. The beginning of them is held back until it
 * is clear that the rest does not follow.
 */
final class DetachKeys {
    private static final String PRESET = "ctrl-p,ctrl-q";

    private final byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.value(
                "--detach-keys",
                "KEYS",
                "keys that leave the terminal and let it live on",
                "Letters and ctrl-LETTER, separated by commas; ctrl-p,ctrl-q unless given; none has no such keys."));
    }

    /** The keys as they are written, which must be good ones. */
    static String read(ParseResult parsed) {
        String text = Options.value(parsed, "--detach-keys").orElse(PRESET);
        of(text);
        return text;
    }

    static DetachKeys of(String text) {
        if (text.isEmpty() || text.equals("none")) {
            return new DetachKeys(new byte[0]);
        }
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        for (String key : text.split(",", -1)) {
            keys.write(key(key, text));
        }
        return new DetachKeys(keys.toByteArray());
    }

    private static int key(String key, String text) {
        String lower = key.toLowerCase(Locale.ROOT);
        if (key.length() == 1 && key.charAt(0) > ' ' && key.charAt(0) < 127) {
            return key.charAt(0);
        }
        if (lower.matches("ctrl-[a-z@\\[\\\\\\]^_]")) {
            return Character.toUpperCase(lower.charAt(5)) & 0x1f;
        }
        throw new UsageException(
                "bad value for --detach-keys: expected keys such as ctrl-p,ctrl-q or none, got \"" + text + '"');
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
                passed.write(keys, 0, matched);
                boolean again = matched > 0 && buffer[i] == keys[0];
                matched = again ? 1 : 0;
                if (!again) {
                    passed.write(buffer[i]);
                }
            }
        }
        return new Typed(ByteBuffer.wrap(passed.toByteArray()), false);
    }
}
