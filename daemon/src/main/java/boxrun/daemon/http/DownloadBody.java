package boxrun.daemon.http;

import boxrun.daemon.engine.FileSink;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The body of a download, which begins when there is something to download, so that what fails before is an ordinary
 * error answer. Only {@link #complete} ends it in order: a download that fails midway does not look like a whole one.
 */
final class DownloadBody implements FileSink {
    private final ServerResponse response;
    private final String fileName;
    private @Nullable OutputStream body;

    DownloadBody(ServerResponse response, String fileName) {
        this.response = response;
        this.fileName = fileName;
    }

    @Override
    public synchronized OutputStream begin(OptionalLong size) {
        response.header(HeaderValues.CONTENT_TYPE_OCTET_STREAM)
                .header(HeaderNames.CONTENT_DISPOSITION, ContentDisposition.attachment(fileName));
        size.ifPresent(bytes -> response.header(HeaderNames.CONTENT_LENGTH, Long.toString(bytes)));
        OutputStream opened = response.outputStream();
        body = opened;
        return opened;
    }

    synchronized boolean begun() {
        return body != null;
    }

    /** Where an archive goes, whose first byte begins the body. */
    OutputStream archive() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] data, int from, int length) throws IOException {
                opened().write(data, from, length);
            }
        };
    }

    private synchronized OutputStream opened() {
        OutputStream open = body;
        return open == null ? begin(OptionalLong.empty()) : open;
    }

    void complete() throws IOException {
        opened().close();
    }
}
