package boxrun.daemon.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/** Receives one file of a box. */
public interface FileSink {

    /**
     * The file is there, and its content follows: as many bytes as said, or the reading fails. Called at most once.
     *
     * @param size in bytes; empty when it is not known beforehand, as of the files of /proc
     * @return where the content goes; whoever reads the file does not close it
     */
    OutputStream begin(OptionalLong size) throws IOException;
}
