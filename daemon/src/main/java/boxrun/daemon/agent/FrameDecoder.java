package boxrun.daemon.agent;

import boxrun.api.Stream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Takes frames off a buffer of received bytes. The bytes come out of a box, so nothing about them is believed: what is
 * not exactly a frame of the protocol is an {@link AgentProtocolException}, and no length in them is ever allocated.
 */
final class FrameDecoder {
    static final int HEAD = 9;
    static final int PAYLOAD_MAX = 64 * 1024;

    private FrameDecoder() {}

    /** The next frame; empty when it is not there in full, and the buffer is as it was. */
    static Optional<AgentFrame> next(ByteBuffer received) {
        if (received.remaining() < HEAD) {
            return Optional.empty();
        }
        int start = received.position();
        int length = received.getInt(start);
        int channel = received.getInt(start + 4);
        int type = received.get(start + 8) & 0xff;
        if (length < 0 || length > PAYLOAD_MAX) {
            throw new AgentProtocolException("a frame of type " + type + " claims " + Integer.toUnsignedString(length)
                    + " bytes, more than " + PAYLOAD_MAX);
        }
        if (received.remaining() < HEAD + length) {
            return Optional.empty();
        }
        ByteBuffer payload = received.slice(start + HEAD, length);
        received.position(start + HEAD + length);
        try {
            AgentFrame frame = decode(type, channel, payload);
            if (payload.hasRemaining()) {
                throw new AgentProtocolException("a frame of type " + type + " is too long");
            }
            return Optional.of(frame);
        } catch (BufferUnderflowException _) {
            throw new AgentProtocolException("a frame of type " + type + " is too short");
        }
    }

    private static AgentFrame decode(int type, int channel, ByteBuffer payload) {
        boolean ofCommand = type >= FrameType.STARTED && type <= FrameType.EXIT;
        if (ofCommand != (channel > 0) || channel < 0) {
            throw new AgentProtocolException("a frame of type " + type + " on channel " + channel);
        }
        return switch (type) {
            case FrameType.WELCOME -> welcome(payload);
            case FrameType.PONG -> new AgentFrame.Pong(payload.getLong());
            case FrameType.STARTED -> started(channel, payload);
            case FrameType.FAILED -> failed(channel, payload);
            case FrameType.OUTPUT -> output(channel, payload);
            case FrameType.TAKEN -> new AgentFrame.Taken(channel, offset(payload), flag(payload));
            case FrameType.EXIT -> new AgentFrame.Exit(channel, end(payload), offset(payload), offset(payload));
            case FrameType.LISTED -> new AgentFrame.Listed(listed(payload));
            case FrameType.LIST_END -> new AgentFrame.ListEnd();
            case FrameType.STOPPED -> new AgentFrame.Stopped();
            case FrameType.ERROR -> refused(payload);
            default -> throw new AgentProtocolException("a frame of the unknown type " + type);
        };
    }

    private static AgentFrame welcome(ByteBuffer payload) {
        int magic = payload.getInt();
        int version = payload.getShort() & 0xffff;
        int window = payload.getInt();
        int commands = payload.getInt();
        int specSize = payload.getInt();
        payload.getInt();
        if (magic != FrameType.MAGIC) {
            throw new AgentProtocolException("the answer to the hello is not boxrun's agent protocol");
        }
        if (window < 4096 || window > 1 << 20 || commands < 1 || commands > 1 << 16 || specSize < 1 << 16) {
            throw new AgentProtocolException("the agent's limits are out of range");
        }
        return new AgentFrame.Welcome(version, window, commands, specSize);
    }

    private static AgentFrame started(int channel, ByteBuffer payload) {
        int pid = payload.getInt();
        int flags = payload.get();
        return new AgentFrame.Started(
                channel,
                pid,
                (flags & FrameType.FLAG_KNOWN) != 0,
                (flags & FrameType.FLAG_INPUT) != 0,
                offset(payload),
                offset(payload),
                offset(payload));
    }

    private static AgentFrame failed(int channel, ByteBuffer payload) {
        int number = payload.get();
        StartStage stage = StartStage.of(number)
                .orElseThrow(() -> new AgentProtocolException("a start failed at the unknown stage " + number));
        return new AgentFrame.Failed(channel, stage, payload.getInt());
    }

    private static AgentFrame output(int channel, ByteBuffer payload) {
        Stream stream = flag(payload) ? Stream.STDERR : Stream.STDOUT;
        long offset = offset(payload);
        ByteBuffer data = payload.slice();
        payload.position(payload.limit());
        if (!data.hasRemaining()) {
            throw new AgentProtocolException("an output frame without data");
        }
        return new AgentFrame.Output(channel, stream, offset, data);
    }

    private static KnownCommand listed(ByteBuffer payload) {
        StringBuilder id = new StringBuilder();
        for (byte each = payload.get(); each != 0; each = payload.get()) {
            id.append((char) (each & 0xff));
        }
        try {
            CommandSpec.requireId(id.toString());
        } catch (IllegalArgumentException e) {
            throw new AgentProtocolException("the agent lists a command with an id that is none");
        }
        KnownCommand.State state = state(payload.get());
        int pid = payload.getInt();
        boolean terminal = (payload.get() & FrameType.FLAG_PTY) != 0;
        CommandEnd end = end(payload);
        return new KnownCommand(id.toString(), state, pid, terminal, held(payload), held(payload), end);
    }

    private static KnownCommand.State state(int number) {
        return switch (number) {
            case 0 -> KnownCommand.State.STARTING;
            case 1 -> KnownCommand.State.RUNNING;
            case 2 -> KnownCommand.State.FINISHED;
            default -> throw new AgentProtocolException("the agent lists a command in the unknown state " + number);
        };
    }

    private static KnownCommand.Held held(ByteBuffer payload) {
        return new KnownCommand.Held(offset(payload), offset(payload));
    }

    private static CommandEnd end(ByteBuffer payload) {
        boolean signaled = flag(payload);
        int value = payload.get() & 0xff;
        return signaled ? new CommandEnd.Signaled(value) : new CommandEnd.Exited(value);
    }

    private static AgentFrame refused(ByteBuffer payload) {
        int reason = payload.getShort();
        byte[] text = new byte[Math.min(payload.remaining(), 200)];
        payload.get(text).position(payload.limit());
        String printable = new String(text, StandardCharsets.US_ASCII).replaceAll("[^ -~]", "?");
        return new AgentFrame.Refused(reason, printable);
    }

    private static long offset(ByteBuffer payload) {
        long offset = payload.getLong();
        if (offset < 0) {
            throw new AgentProtocolException("an offset out of range");
        }
        return offset;
    }

    private static boolean flag(ByteBuffer payload) {
        int value = payload.get();
        if (value < 0 || value > 1) {
            throw new AgentProtocolException("a flag that is neither 0 nor 1");
        }
        return value == 1;
    }
}
