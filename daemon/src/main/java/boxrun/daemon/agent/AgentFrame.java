package boxrun.daemon.agent;

import boxrun.api.Stream;
import java.nio.ByteBuffer;

/** A frame from the agent, valid by itself; whether it is valid at its place is for the connection to judge. */
sealed interface AgentFrame {

    /** The answer to a hello. */
    record Welcome(int version, int window, int commands, int specSize) implements AgentFrame {}

    /** The answer to a ping with the same number. */
    record Pong(long nonce) implements AgentFrame {}

    /** The answer to a start or resume: output goes on from these offsets. */
    record Started(int channel, int pid, boolean known, boolean input, long stdout, long stderr, long stdin)
            implements AgentFrame {}

    /** The other answer to a start or resume. */
    record Failed(int channel, StartStage stage, int errno) implements AgentFrame {}

    /** Bytes of a stream; the data is valid until the next frame is decoded. */
    record Output(int channel, Stream stream, long offset, ByteBuffer data) implements AgentFrame {}

    /** The command has taken so much of its input, or takes no more. */
    record Taken(int channel, long offset, boolean over) implements AgentFrame {}

    /** The command has ended, and its outputs with these lengths. */
    record Exit(int channel, CommandEnd end, long stdout, long stderr) implements AgentFrame {}

    /** One of the commands that were asked for. */
    record Listed(KnownCommand command) implements AgentFrame {}

    /** That were all. */
    record ListEnd() implements AgentFrame {}

    /** The agent leaves, as it was asked to. */
    record Stopped() implements AgentFrame {}

    /** The agent ends the connection. */
    record Refused(int reason, String text) implements AgentFrame {
        static final int VERSION = 2;
        static final int REPLACED = 4;
    }
}
