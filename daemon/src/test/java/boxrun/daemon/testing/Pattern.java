package boxrun.daemon.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Content of any size that need not be kept: blocks of random bytes, each of which says its number. */
public final class Pattern {
    private static final int BLOCK = 8192;

    private final long size;
    private final byte[] block = new byte[BLOCK];
    private long at;

    public Pattern(long size) {
        this.size = size;
        new Random(size).nextBytes(block);
    }

    private void number(long count) {
        long rest = count;
        for (int i = 0; i < 8; i++) {
            block[i] = (byte) rest;
            rest >>= 8;
        }
    }

    /** All of it, once. */
    public InputStream stream() {
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (at == size) {
                    return -1;
                }
                number(at / BLOCK);
                int from = (int) (at % BLOCK);
                int count = (int) Math.min(Math.min(length, BLOCK - from), size - at);
                System.arraycopy(block, from, into, offset, count);
                at += count;
                return count;
            }
        };
    }

    /** A tar archive of one file that has it as content; its size is a multiple of 512. */
    public InputStream archive(String name) {
        byte[] head = new byte[512];
        put(head, 0, name);
        put(head, 100, "0000644");
        put(head, 108, "0000000");
        put(head, 116, "0000000");
        put(head, 124, "%011o".formatted(size));
        put(head, 136, "00000000000");
        put(head, 148, "        0");
        put(head, 257, "ustar\000" + "00");
        int sum = 0;
        for (byte b : head) {
            sum += b & 0xff;
        }
        put(head, 148, "%06o\000".formatted(sum));
        return new SequenceInputStream(Collections.enumeration(
                List.of(new ByteArrayInputStream(head), stream(), new ByteArrayInputStream(new byte[1024]))));
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }

    /** Fails at the first byte that is not right. */
    public OutputStream check() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] data, int offset, int length) throws IOException {
                for (int done = 0; done < length; ) {
                    number(at / BLOCK);
                    int from = (int) (at % BLOCK);
                    int count = Math.min(length - done, BLOCK - from);
                    if (at + count > size
                            || !Arrays.equals(data, offset + done, offset + done + count, block, from, from + count)) {
                        throw new IOException("wrong from byte " + at + " on, or more than " + size);
                    }
                    at += count;
                    done += count;
                }
            }
        };
    }

    /** Takes an archive of one such file, and checks its content. */
    public OutputStream checkArchive(String name) {
        OutputStream content = check();
        return new OutputStream() {
            private long position;

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] data, int offset, int length) throws IOException {
                if (position == 0 && !new String(data, offset, name.length(), US_ASCII).equals(name)) {
                    throw new IOException("another file than " + name);
                }
                int skip = (int) Math.min(length, Math.max(0, 512 - position));
                int count = (int) Math.max(0, Math.min(length - skip, size - at));
                content.write(data, offset + skip, count);
                position += length;
            }
        };
    }

    public void requireAll() {
        if (at != size) {
            throw new AssertionError("only " + at + " of " + size + " bytes");
        }
    }
}
