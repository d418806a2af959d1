package boxrun.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Samples of honest input, with some bytes changed, cut out, doubled or taken from another sample. */
final class Mutations {
    /** What parsers have fallen over: limits of numbers, and characters that mean something to many formats. */
    private static final List<String> TOKENS = List.of(
            "0",
            "-1",
            "127",
            "255",
            "65536",
            "2147483647",
            "2147483648",
            "4294967295",
            "9223372036854775807",
            "18446744073709551616",
            "1e999",
            "00",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            "\\u0000",
            "\r",
            "\n",
            "\r\n\r\n",
            "\0",
            ":",
            ",",
            "/",
            "//",
            "../",
            "=",
            "%00",
            "null",
            "true",
            " ",
            "\u00e9",
            "\ufeff",
            "A");

    private static final int MOST_CHANGES = 6;
    private static final int LONGEST_PIECE = 40;
    private static final int MOST_REPEATS = 3000;

    private final Random random;
    private final List<byte[]> samples;

    Mutations(long seed, List<byte[]> samples) {
        this.random = new Random(seed);
        this.samples = samples;
    }

    byte[] next() {
        byte[] bytes = sample();
        for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private byte[] sample() {
        return samples.get(random.nextInt(samples.size())).clone();
    }

    private byte[] change(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + random.nextInt(LONGEST_PIECE));
        return switch (random.nextInt(8)) {
            case 0 -> replaced(bytes, at, end, new byte[0]);
            case 1 -> replaced(bytes, at, at, token());
            case 2 -> replaced(bytes, at, end, token());
            case 3 -> replaced(bytes, at, at, repeated(bytes, at, end));
            case 4 -> replaced(bytes, at, bytes.length, tail(sample()));
            case 5 -> replaced(bytes, at, bytes.length, new byte[0]);
            case 6 -> replaced(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt()});
            default -> flipped(bytes);
        };
    }

    private byte[] token() {
        return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
    }

    /** Mostly twice, seldom often enough to meet a limit of length or depth. */
    private byte[] repeated(byte[] bytes, int from, int to) {
        int times = random.nextInt(20) == 0 ? random.nextInt(MOST_REPEATS) : 1;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.write(bytes, from, to - from);
        }
        return out.toByteArray();
    }

    private byte[] tail(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        return replaced(bytes, 0, from, new byte[0]);
    }

    private byte[] flipped(byte[] bytes) {
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] with) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + with.length);
        out.write(bytes, 0, from);
        out.writeBytes(with);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
