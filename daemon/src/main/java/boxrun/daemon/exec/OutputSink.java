package boxrun.daemon.exec;

import boxrun.api.ExitData;
import boxrun.api.Stream;

/** Where a command's output and end go: its log, or a client that is there. A sink that blocks holds up its command. */
public interface OutputSink {

    /** Output; {@code offset} is its position in the stream. */
    void append(Stream stream, long offset, byte[] data);

    /** The end; the last call, once. */
    void finish(ExitData exit);
}
