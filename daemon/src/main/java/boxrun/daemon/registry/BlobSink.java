package boxrun.daemon.registry;

import java.io.IOException;

/** Where the bytes of a blob go, in order. What it holds already is not asked for again. */
public interface BlobSink {

    /** How many bytes it holds: the position of the next one. */
    long position();

    /** Takes the next bytes. A failure ends the transfer: it is not the registry's. */
    void write(byte[] bytes, int offset, int count) throws SinkException;

    /** The place where the bytes go cannot take them. */
    final class SinkException extends IOException {
        private static final long serialVersionUID = 1L;

        public SinkException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
