package boxrun.daemon.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches a tar stream on its way to the parser, for two things that the parser does not do: it bounds what would be
 * read into memory (extended headers, long names) and the stream as a whole, and it keeps the values of extended
 * headers as the bytes they are. The parser turns them into text, which breaks binary attributes such as file
 * capabilities.
 */
final class TarGuard extends FilterInputStream {
    private static final int BLOCK = 512;
    private static final int MAX_METADATA = 4 << 20;

    private final long limit;
    private final byte[] header = new byte[BLOCK];
    private int headerFilled;
    private boolean sparseExtension;
    private long dataLeft;
    private long afterExtension;
    private byte[] metadata = new byte[0];
    private int metadataFilled;
    private Map<String, String> announced = Map.of();
    private Map<String, String> current = Map.of();
    private long total;
    private boolean ended;
    private boolean failed;

    TarGuard(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    /**
     * The extended header of the entry that the parser has returned last. Names and values hold one byte per character
     * (ISO 8859-1).
     */
    Map<String, String> extendedHeader() {
        return current;
    }

    /** The parser has seen the archive's end: what follows is only counted. */
    void ignoreRest() {
        ended = true;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = fromStream(buffer, offset, length);
        if (count > 0) {
            total += count;
            if (total > limit) {
                throw new LayerException("it is larger than " + limit + " bytes when decompressed");
            }
            if (!ended) {
                watch(buffer, offset, count);
            }
        }
        return count;
    }

    private int fromStream(byte[] buffer, int offset, int length) throws IOException {
        try {
            return in.read(buffer, offset, length);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }

    /** What the parser's failure means: when the stream did not fail, it found something wrong in the archive. */
    IOException explain(IOException e) {
        return failed || e instanceof LayerException
                ? e
                : LayerException.damaged("it is damaged or cut off: " + e.getMessage());
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] buffer = new byte[(int) Math.min(count, 1 << 16)];
        long skipped = 0;
        if (!ended && dataLeft > 0 && metadata.length == 0) {
            // What is of no interest here need not be read, where the stream can leave it out.
            skipped = in.skip(Math.min(count, dataLeft));
            dataLeft -= skipped;
            total += skipped;
        }
        while (skipped < count) {
            int part = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
            if (part < 0) {
                break;
            }
            skipped += part;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void watch(byte[] buffer, int offset, int count) throws IOException {
        int at = offset;
        int end = offset + count;
        while (at < end) {
            int part;
            if (dataLeft > 0) {
                part = (int) Math.min(dataLeft, end - at);
                int kept = Math.min(part, metadata.length - metadataFilled);
                System.arraycopy(buffer, at, metadata, metadataFilled, kept);
                metadataFilled += kept;
                dataLeft -= part;
                if (dataLeft == 0 && metadata.length > 0) {
                    announced = ExtendedHeader.parse(metadata);
                    metadata = new byte[0];
                    metadataFilled = 0;
                }
            } else {
                part = Math.min(BLOCK - headerFilled, end - at);
                System.arraycopy(buffer, at, header, headerFilled, part);
                headerFilled += part;
                if (headerFilled == BLOCK) {
                    headerFilled = 0;
                    block();
                }
            }
            at += part;
        }
    }

    private void block() throws IOException {
        if (sparseExtension) {
            sparseExtension = header[504] != 0;
            dataLeft = sparseExtension ? 0 : afterExtension;
            return;
        }
        if (isZero()) {
            return;
        }
        long size = size();
        switch (header[156]) {
            case 'x', 'g', 'L', 'K' -> {
                if (size > MAX_METADATA) {
                    throw new LayerException("a header of an entry has " + size + " bytes, more than " + MAX_METADATA);
                }
                metadata = new byte[header[156] == 'x' ? (int) size : 0];
                metadataFilled = 0;
                dataLeft = padded(size);
            }
            default -> {
                current = announced;
                announced = Map.of();
                String longer = current.get("size");
                long stored = padded(longer == null ? size : decimal(longer));
                sparseExtension = header[156] == 'S' && header[482] != 0;
                afterExtension = stored;
                dataLeft = sparseExtension ? 0 : stored;
            }
        }
    }

    private boolean isZero() {
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Octal digits, or base 256 when the first bit is set. */
    private long size() throws LayerException {
        long value = 0;
        if (header[124] < 0) {
            for (int i = 125; i < 136; i++) {
                if (value >> 55 != 0) {
                    throw damaged();
                }
                value = (value << 8) | (header[i] & 0xff);
            }
            return value;
        }
        for (int i = 124; i < 136; i++) {
            if (header[i] >= '0' && header[i] <= '7') {
                value = (value << 3) | (header[i] - '0');
            } else if (header[i] != ' ' && header[i] != 0) {
                throw damaged();
            }
        }
        return value;
    }

    private static long decimal(String text) throws LayerException {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw damaged();
        }
        throw damaged();
    }

    private static long padded(long size) throws LayerException {
        if (size > Long.MAX_VALUE - BLOCK) {
            throw damaged();
        }
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private static LayerException damaged() {
        return LayerException.damaged("it is not a tar archive, or a damaged one");
    }

    /** The records of a pax extended header: {@code "%d %s=%s\n"}, the number being the length of all of it. */
    static final class ExtendedHeader {
        private ExtendedHeader() {}

        static Map<String, String> parse(byte[] bytes) throws LayerException {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            Map<String, String> records = new HashMap<>();
            int at = 0;
            while (at < text.length() && text.charAt(at) != 0) {
                int space = text.indexOf(' ', at);
                int length = space < 0 || space - at > 8 ? 0 : (int) decimal(text.substring(at, space));
                int end = at + length;
                int equals = text.indexOf('=', at);
                if (space < 0
                        || equals < space
                        || end > text.length()
                        || equals >= end
                        || text.charAt(end - 1) != '\n') {
                    throw damaged();
                }
                records.put(text.substring(space + 1, equals), text.substring(equals + 1, end - 1));
                at = end;
            }
            return records;
        }
    }
}
