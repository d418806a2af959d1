package boxrun.daemon.image;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Decompresses by what the first bytes say: media types and file names are often wrong. */
final class Decompression {
    private static final int BUFFER = 128 * 1024;

    private Decompression() {}

    static InputStream of(InputStream compressed) throws IOException {
        BufferedInputStream in = new BufferedInputStream(compressed, BUFFER);
        in.mark(8);
        byte[] magic = in.readNBytes(6);
        in.reset();
        if (starts(magic, 0x1f, 0x8b)) {
            return new GZIPInputStream(in, BUFFER);
        }
        if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd) || isSkippableFrame(magic)) {
            ZstdInputStream zstd = new ZstdInputStream(in);
            // A frame may ask for up to 2 GiB of memory; 128 MiB is what zstd itself takes without being told
            // otherwise.
            zstd.setLongMax(27);
            return zstd;
        }
        if (starts(magic, 0xfd, '7', 'z', 'X', 'Z')) {
            throw new LayerException("it is compressed with xz, and only gzip and zstd are known");
        }
        if (starts(magic, 'B', 'Z', 'h')) {
            throw new LayerException("it is compressed with bzip2, and only gzip and zstd are known");
        }
        return in;
    }

    /** How pzstd and seekable zstd begin: 0x184D2A50 to 0x184D2A5F, little-endian. */
    private static boolean isSkippableFrame(byte[] magic) {
        return magic.length >= 4
                && (magic[0] & 0xf0) == 0x50
                && magic[1] == 0x2a
                && magic[2] == 0x4d
                && magic[3] == 0x18;
    }

    private static boolean starts(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
