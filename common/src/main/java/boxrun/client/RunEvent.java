package boxrun.client;

import boxrun.api.ExitData;
import boxrun.api.PullProgress;
import boxrun.api.Stream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * What a command, or the making of its box, has to tell, in order.
 *
 * <p>The command line asks with {@code instanceof} and not with pattern switches, here and elsewhere on the way of the
 * commands that are given most: each makes a class when it is first met, which no cache keeps.
 */
public sealed interface RunEvent {

    /** The image is being fetched. */
    record Progress(PullProgress progress) implements RunEvent {}

    /** Something that the user should know although he gets what he asked for: one sentence. */
    record Warning(String message) implements RunEvent {}

    /** The command runs. */
    record Started() implements RunEvent {}

    /**
     * Bytes that the command wrote, from the buffer's position to its limit.
     *
     * @param seq rises by one with each event of a command, 0 in an interactive run
     * @param at when the daemon got them, where that was asked for and is known
     */
    record Output(Stream stream, ByteBuffer bytes, long seq, Optional<Instant> at) implements RunEvent {}

    /** The command has ended; nothing follows. */
    record Exit(ExitData data, long seq) implements RunEvent {}
}
