package boxrun.daemon.agent;

import boxrun.api.Stream;

/**
 * Receives what a command writes and how it ends: one call after the other, on a thread of the command's own, which may
 * block as long as it likes without holding up any other command.
 */
public interface CommandListener {

    /**
     * Bytes of one stream. When this returns they are acknowledged, and the agent lets go of them. When it throws, the
     * command is {@link CommandEnd.Lost}.
     *
     * @param offset the position of the first byte in its stream, from 0; each call goes on where the last one for the
     *     same stream ended
     */
    void bytes(Stream stream, long offset, byte[] data);

    /** The last call, exactly once, after the last byte. */
    void ended(CommandEnd end);
}
