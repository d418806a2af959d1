package boxrun.cli.copy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar stream: ustar with GNU's long names and numbers, and pax's headers, as tar(5) has them. Lengths are
 * bounded, and what does not fit is a {@link DamagedArchiveException}; names are passed on as they are.
 */
final class TarReader implements TarSource {
    static final int BLOCK = 512;
    private static final int MAX_HEADER = 1 << 20;

    private final InputStream in;
    /** Of the current entry: its content, and the zeros after it. */
    private Exactly content = new Exactly(InputStream.nullInputStream(), 0, TarReader::cut);

    private long padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    @Override
    public Optional<Item> next() throws IOException {
        Map<String, String> extended = new HashMap<>();
        while (true) {
            skip();
            byte[] header = in.readNBytes(BLOCK);
            if (header.length < BLOCK) {
                throw new DamagedArchiveException("it ends too early");
            }
            if (isZero(header)) {
                in.transferTo(OutputStream.nullOutputStream());
                return Optional.empty();
            }
            check(header);
            long size = number(header, 124, 12);
            char flag = (char) (header[156] & 0xff);
            switch (flag) {
                case 'L' -> extended.put("path", longName(size));
                case 'K' -> extended.put("linkpath", longName(size));
                case 'x' -> readExtended(header(size), extended);
                // Of all entries to come; what concerns names and sizes is never in it.
                case 'g' -> header(size);
                default -> {
                    return Optional.of(item(header, flag, size, extended));
                }
            }
        }
    }

    private Item item(byte[] header, char flag, long headerSize, Map<String, String> extended) throws IOException {
        String name = extended.getOrDefault("path", name(header));
        TarEntry.Type type = type(flag, name);
        long told = extended.containsKey("size") ? decimal(extended.get("size")) : headerSize;
        long size = type == TarEntry.Type.FILE ? told : 0;
        TarEntry entry = new TarEntry(
                type,
                withoutSlash(name),
                (int) (number(header, 100, 8) & 07777),
                extended.containsKey("uid") ? decimal(extended.get("uid")) : number(header, 108, 8),
                extended.containsKey("gid") ? decimal(extended.get("gid")) : number(header, 116, 8),
                size,
                signed(header, 136, 12),
                type == TarEntry.Type.HARD_LINK || type == TarEntry.Type.SYMBOLIC_LINK
                        ? extended.getOrDefault("linkpath", text(header, 157, 100))
                        : "");
        content = new Exactly(in, size, TarReader::cut);
        padding = -size & (BLOCK - 1);
        return new Item(entry, content);
    }

    private static DamagedArchiveException cut() {
        return new DamagedArchiveException("it ends in the middle of a file");
    }

    private static TarEntry.Type type(char flag, String name) throws DamagedArchiveException {
        return switch (flag) {
            // Old archives have directories as files whose name ends with a slash.
            case '0', '\0', '7' -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.PIPE;
            default -> throw new DamagedArchiveException("the entry " + Names.shown(name) + " is of an unknown type");
        };
    }

    private static String withoutSlash(String name) {
        int end = name.length();
        while (end > 1 && name.charAt(end - 1) == '/') {
            end--;
        }
        return name.substring(0, end);
    }

    /** ustar has the beginning of a long path in a field of its own. */
    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        boolean ustar = text(header, 257, 6).equals("ustar") && header[263] == '0';
        String prefix = ustar ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private byte[] header(long size) throws IOException {
        if (size > MAX_HEADER) {
            throw new DamagedArchiveException("a header of " + size + " bytes");
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new DamagedArchiveException("it ends too early");
        }
        padding = -size & (BLOCK - 1);
        return bytes;
    }

    private String longName(long size) throws IOException {
        byte[] bytes = header(size);
        return text(bytes, 0, bytes.length);
    }

    /** Records of the form {@code "30 path=name\n"}, where 30 is the record's length. */
    private static void readExtended(byte[] bytes, Map<String, String> extended) throws DamagedArchiveException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < text.length(); ) {
            int space = text.indexOf(' ', at);
            int equals = text.indexOf('=', at);
            String digits = space < 0 ? "" : text.substring(at, space);
            int length = digits.matches("[0-9]{1,7}") ? Integer.parseInt(digits) : 0;
            int end = at + length;
            if (length == 0 || end > text.length() || equals < space || equals >= end) {
                throw new DamagedArchiveException("a bad pax header");
            }
            extended.put(text.substring(space + 1, equals), text.substring(equals + 1, end - 1));
            at = end;
        }
    }

    private static long decimal(@Nullable String digits) throws DamagedArchiveException {
        if (digits == null || !digits.matches("[0-9]{1,18}")) {
            throw new DamagedArchiveException("a bad number in a pax header");
        }
        return Long.parseLong(digits);
    }

    private static void check(byte[] header) throws DamagedArchiveException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (number(header, 148, 8) != sum) {
            throw new DamagedArchiveException("a header's checksum is wrong");
        }
    }

    private static long number(byte[] header, int from, int length) throws DamagedArchiveException {
        long number = signed(header, from, length);
        if (number < 0) {
            throw new DamagedArchiveException("a number in a header is negative");
        }
        return number;
    }

    /** Octal digits, or GNU's binary form for what is too large for them or before 1970. */
    private static long signed(byte[] header, int from, int length) throws DamagedArchiveException {
        if ((header[from] & 0x80) != 0) {
            long number = header[from] == (byte) 0xff ? -1 : header[from] & 0x7f;
            for (int i = from + 1; i < from + length; i++) {
                if (number > Long.MAX_VALUE >> 8 || number < Long.MIN_VALUE >> 8) {
                    throw new DamagedArchiveException("a number in a header is too large");
                }
                number = (number << 8) | (header[i] & 0xff);
            }
            return number;
        }
        String digits = text(header, from, length).strip();
        if (!digits.matches("[0-7]{0,20}")) {
            throw new DamagedArchiveException("a bad number in a header");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static boolean isZero(byte[] block) {
        for (byte octet : block) {
            if (octet != 0) {
                return false;
            }
        }
        return true;
    }

    private void skip() throws IOException {
        try {
            in.skipNBytes(content.left() + padding);
        } catch (EOFException e) {
            throw new DamagedArchiveException("it ends too early");
        }
        content = new Exactly(in, 0, TarReader::cut);
        padding = 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
