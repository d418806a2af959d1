package boxrun.daemon.engine;

import boxrun.api.Stream;

/**
 * Receives what a command writes and how it ends. The calls for one command come one after the other, on a thread of
 * its own. Blocking in {@link #bytes} holds up that command only. When {@link #bytes} returns, the engine takes the
 * bytes as kept: they will not be delivered again after a restart of the daemon.
 */
public interface ProcessOutput {

    /** Bytes of one stream; {@code offset} is the position of the first of them in the stream, from 0. */
    void bytes(Stream stream, long offset, byte[] data);

    /** The end; the last call, exactly once, after the last byte. */
    void ended(ProcessEnd end);
}
