package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Keeps an upload whose form says only after the file where that belongs. The file on disk has no name any more when
 * the first byte is written: nothing is left of it, whatever happens.
 */
final class Spool implements AutoCloseable {
    private static final int BUFFER = 256 << 10;

    private final FileChannel file;

    private Spool(FileChannel file) {
        this.file = file;
    }

    /** Takes all of a stream, of which no more than {@code limit} bytes can be of use. */
    static Spool of(InputStream content, Path directory, long limit) throws IOException {
        FileChannel file = FileChannel.open(
                directory.resolve("upload-" + UUID.randomUUID()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        try {
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                size += count;
                if (size > limit) {
                    throw new ProblemException(
                            ErrorCode.VALIDATION_ERROR, "file is larger than the disk of the box: " + limit + " bytes");
                }
                for (ByteBuffer rest = ByteBuffer.wrap(buffer, 0, count); rest.hasRemaining(); ) {
                    file.write(rest);
                }
            }
            file.position(0);
            return new Spool(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    InputStream content() {
        return Channels.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
