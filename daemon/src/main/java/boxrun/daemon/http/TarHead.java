package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** Looks at the first header of what is to be a tar archive, so that what is none is refused in time and in words. */
final class TarHead {
    private static final int BLOCK = 512;
    private static final int SUM_FROM = 148;
    private static final int SUM_TO = 156;

    private TarHead() {}

    /** The same stream, when it begins as a tar archive does. */
    static InputStream checked(InputStream archive) throws IOException {
        byte[] block = archive.readNBytes(BLOCK);
        if (block.length < BLOCK || !isHeader(block)) {
            throw Requests.refusal("file must be a tar archive that is not compressed");
        }
        return new SequenceInputStream(new ByteArrayInputStream(block), archive);
    }

    /** A header has the right checksum; an archive of nothing begins with zeros, its end. */
    private static boolean isHeader(byte[] block) {
        int sum = 0;
        boolean zeros = true;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= SUM_FROM && i < SUM_TO ? ' ' : block[i] & 0xff;
            zeros &= block[i] == 0;
        }
        String told = new String(block, SUM_FROM, SUM_TO - SUM_FROM, ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        return zeros || (told.matches("[0-7]{1,7}") && Integer.parseInt(told, 8) == sum);
    }
}
