package boxrun.cli.copy;

import boxrun.cli.copy.TarSource.Item;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A tree as a tar stream, made as it is read. Long names and large numbers are written in GNU's way, which every tar
 * reads, busybox's among them; that one skips pax headers.
 */
final class TarStream extends BulkInput {
    private static final int BLOCK = TarReader.BLOCK;
    private static final String LONG = "././@LongLink";

    private final TarSource source;
    /** What is to be read next: headers, content, the zeros after it. */
    private final ArrayDeque<InputStream> pieces = new ArrayDeque<>();

    private boolean ended;
    private volatile Optional<IOException> failure = Optional.empty();

    TarStream(TarSource source) {
        this.source = source;
    }

    /** Why it could not be made, where that is the reason for what its reader complains about. */
    Optional<IOException> failure() {
        return failure;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            while (!pieces.isEmpty() || advance()) {
                int count = pieces.getFirst().read(bytes, offset, length);
                if (count >= 0) {
                    return count;
                }
                pieces.removeFirst();
            }
            return -1;
        } catch (IOException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    private boolean advance() throws IOException {
        if (ended) {
            return false;
        }
        Optional<Item> item = source.next();
        if (item.isEmpty()) {
            ended = true;
            pieces.add(new ByteArrayInputStream(new byte[2 * BLOCK]));
            return true;
        }
        TarEntry entry = item.get().entry();
        pieces.add(new ByteArrayInputStream(headers(entry)));
        pieces.add(item.get().content());
        pieces.add(new ByteArrayInputStream(new byte[(int) (-entry.size() & (BLOCK - 1))]));
        return true;
    }

    private static byte[] headers(TarEntry entry) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        String name = entry.type() == TarEntry.Type.DIRECTORY ? entry.name() + "/" : entry.name();
        longText(headers, 'L', name);
        longText(headers, 'K', entry.link());
        headers.writeBytes(header(entry, name, entry.type().flag(), entry.size()));
        return headers.toByteArray();
    }

    /** An entry whose content is the name of the next; short names need none. */
    private static void longText(ByteArrayOutputStream headers, char flag, String text) {
        if (text.length() <= 100) {
            return;
        }
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.ISO_8859_1);
        TarEntry entry = new TarEntry(TarEntry.Type.FILE, LONG, 0, 0, 0, bytes.length, 0, "");
        headers.writeBytes(header(entry, LONG, flag, bytes.length));
        headers.writeBytes(bytes);
        headers.writeBytes(new byte[-bytes.length & (BLOCK - 1)]);
    }

    private static byte[] header(TarEntry entry, String name, char flag, long size) {
        byte[] header = new byte[BLOCK];
        text(header, 0, 100, name);
        number(header, 100, 8, entry.mode());
        number(header, 108, 8, entry.uid());
        number(header, 116, 8, entry.gid());
        number(header, 124, 12, size);
        number(header, 136, 12, entry.modified());
        header[156] = (byte) flag;
        text(header, 157, 100, entry.link());
        text(header, 257, 8, "ustar  ");
        text(header, 148, 8, "        ");
        long sum = 0;
        for (byte octet : header) {
            sum += octet & 0xff;
        }
        text(header, 148, 7, String.format("%06o", sum));
        header[154] = 0;
        return header;
    }

    private static void text(byte[] header, int at, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, Math.min(length, bytes.length));
    }

    /** Octal digits with a zero byte at the end; what does not fit, and what is negative, in binary. */
    private static void number(byte[] header, int at, int length, long number) {
        String digits = Long.toOctalString(number);
        if (number >= 0 && digits.length() < length) {
            text(header, at, length, "0".repeat(length - 1 - digits.length()) + digits);
            return;
        }
        for (int i = 0; i < length; i++) {
            int shift = 8 * (length - 1 - i);
            header[at + i] = (byte) (shift > 56 ? number >> 63 : number >> shift);
        }
        header[at] = (byte) (number < 0 ? 0xff : header[at] | 0x80);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
