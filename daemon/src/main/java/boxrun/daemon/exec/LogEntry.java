package boxrun.daemon.exec;

import boxrun.api.ExitData;
import boxrun.api.Stream;
import java.time.Instant;
import java.util.Optional;

/** One numbered event of a command. */
public sealed interface LogEntry {

    /** Its number: from 1, strictly rising, one count for both streams and the end. */
    long seq();

    /**
     * A piece of output.
     *
     * @param text whether {@code bytes} are whole UTF-8 characters
     * @param bytes not to be changed; never compared, and too many to be copied at each step
     * @param at when the daemon got it; empty for what an earlier version wrote
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Output(long seq, Stream stream, boolean text, byte[] bytes, Optional<Instant> at) implements LogEntry {}

    /** The end; the last event. */
    record Exit(long seq, ExitData data) implements LogEntry {}
}
