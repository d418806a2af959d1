package boxrun.daemon.http;

import java.util.Arrays;

/** Looks for one sequence of bytes in many, by Horspool's algorithm: most bytes are never looked at. */
final class ByteSearch {
    private final byte[] wanted;
    private final int[] step = new int[256];

    ByteSearch(byte[] wanted) {
        this.wanted = wanted.clone();
        Arrays.fill(step, wanted.length);
        for (int i = 0; i < wanted.length - 1; i++) {
            step[wanted[i] & 0xff] = wanted.length - 1 - i;
        }
    }

    int length() {
        return wanted.length;
    }

    /** Where it begins, or -1. */
    int in(byte[] bytes, int from, int to) {
        int last = wanted.length - 1;
        for (int at = from; at + last < to; at += step[bytes[at + last] & 0xff]) {
            if (bytes[at + last] == wanted[last]
                    && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
