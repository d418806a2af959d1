package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Stream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What an agent makes of connections that do not speak the protocol: it ends them, and nothing else. */
interface HostilePeerStory extends AgentStory {

    /** A connection that says whatever it likes. */
    final class Raw implements AutoCloseable {
        private final SocketChannel channel;

        Raw(AgentUnderTest agent) throws IOException {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(agent.socket()));
        }

        Raw send(byte[] bytes) {
            try {
                channel.write(ByteBuffer.wrap(bytes));
            } catch (IOException _) {
                // The agent has ended it already.
            }
            return this;
        }

        Raw hello() {
            return send(frame(
                    1,
                    0,
                    ByteBuffer.allocate(8)
                            .putInt(FrameType.MAGIC)
                            .putShort((short) 1)
                            .putShort((short) 1)));
        }

        /** The text of the ERROR frame that ends the connection; empty when there is none. */
        String refusal() throws IOException {
            var in = new DataInputStream(Channels.newInputStream(channel));
            String refusal = "";
            try {
                while (true) {
                    byte[] payload = new byte[in.readInt()];
                    in.readInt();
                    int type = in.readUnsignedByte();
                    in.readFully(payload);
                    if (type == FrameType.ERROR) {
                        refusal = new String(payload, 2, payload.length - 2, StandardCharsets.US_ASCII);
                    }
                }
            } catch (EOFException _) {
                return refusal;
            } catch (IOException e) {
                if (String.valueOf(e.getMessage()).contains("reset")) {
                    return refusal;
                }
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    static byte[] frame(int type, int channel, ByteBuffer payload) {
        byte[] data = new byte[payload.flip().remaining()];
        payload.get(data);
        return ByteBuffer.allocate(9 + data.length)
                .putInt(data.length)
                .putInt(channel)
                .put((byte) type)
                .put(data)
                .array();
    }

    private static byte[] frame(int type, int channel) {
        return frame(type, channel, ByteBuffer.allocate(0));
    }

    private void refused(String refusal, byte[]... afterHello) throws Exception {
        try (Raw raw = new Raw(agent()).hello()) {
            for (byte[] each : afterHello) {
                raw.send(each);
            }
            assertThat(raw.refusal()).isEqualTo(refusal);
        }
    }

    @Test
    default void whatIsNotTheProtocolIsRefused() throws Exception {
        try (Raw raw = new Raw(agent())) {
            raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.refusal()).isEqualTo("a frame longer than 64 KiB");
        }
        try (Raw raw = new Raw(agent())) {
            assertThat(raw.send(frame(FrameType.LIST, 0)).refusal()).isEqualTo("the first frame must be a hello");
        }
        refused("a malformed frame", frame(FrameType.LIST, 1));
        refused("a malformed frame", frame(FrameType.ACK, 0));
        refused("a malformed frame", frame(FrameType.ACK, 1));
        refused(
                "a malformed frame",
                frame(FrameType.STOP, 0, ByteBuffer.allocate(4).putInt(-1)));
        refused(
                "a malformed frame",
                frame(FrameType.SIGNAL, 1, ByteBuffer.allocate(1).put((byte) 65)));
        refused("malformed START", frame(FrameType.START, 1));
        refused(
                "malformed START",
                frame(FrameType.START, 1, ByteBuffer.allocate(2000).position(2000)));
        refused("a frame of a type that this agent does not know", frame(0x42, 1));
        refused(
                "a frame between the parts of a START",
                frame(FrameType.SPEC, 1, ByteBuffer.allocate(9).putInt(1)),
                frame(FrameType.LIST, 0));
        refused(
                "a frame longer than 64 KiB",
                ByteBuffer.allocate(9).putInt(65537).array());
    }

    @Test
    default void anotherVersionIsRefusedInWords() throws Exception {
        try (Raw raw = new Raw(agent())) {
            raw.send(frame(
                    1,
                    0,
                    ByteBuffer.allocate(8)
                            .putInt(FrameType.MAGIC)
                            .putShort((short) 2)
                            .putShort((short) 9)));
            assertThat(raw.refusal()).isEqualTo("this agent speaks version 1 of the agent protocol only");
        }
    }

    @Test
    default void aRangeWithTheAgentsVersionIsWelcome() throws Exception {
        try (Raw raw = new Raw(agent())) {
            raw.send(frame(
                    1,
                    0,
                    ByteBuffer.allocate(8)
                            .putInt(FrameType.MAGIC)
                            .putShort((short) 0)
                            .putShort((short) 9)));
            raw.send(frame(0x42, 0));
            assertThat(raw.refusal()).isEqualTo("a frame of a type that this agent does not know");
        }
    }

    @Test
    default void aSpecWithoutEndIsRefused() throws Exception {
        try (Raw raw = new Raw(agent()).hello()) {
            byte[] part = frame(FrameType.SPEC, 1, ByteBuffer.allocate(65536).position(65536));
            for (int i = 0; i < 80; i++) {
                raw.send(part);
            }
            assertThat(raw.refusal()).isEqualTo("a malformed frame");
        }
        try (AgentConnection connection = agent().connect()) {
            connection.ping();
            // What it kept of the spec was twice as much at most, while it grew.
            assertThat(memory("VmHWM")).as("KiB").isLessThan(agent().modestMemory() + 3 * 4096);
        }
    }

    @Test
    default void silentConnectionsMakeWay() throws Exception {
        List<Raw> silent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            silent.add(new Raw(agent()));
        }
        try (AgentConnection connection = agent().connect()) {
            assertThat(run(connection, "echo fine")).isEqualTo("fine");
        }
        for (Raw raw : silent) {
            raw.close();
        }
    }

    @Test
    default void garbageHurtsNoCommand() throws Exception {
        CommandSpec spec = sh("echo up; read x; echo through");
        Recording before = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(spec, before);
            before.awaitStdout(text -> text.equals("up\n"));
        }
        Random random = new Random(4);
        for (int i = 0; i < 300; i++) {
            try (Raw raw = new Raw(agent())) {
                if (random.nextBoolean()) {
                    raw.hello();
                }
                byte[] garbage = new byte[random.nextInt(4000)];
                random.nextBytes(garbage);
                raw.send(garbage);
            }
        }
        try (AgentConnection connection = agent().connect()) {
            Recording after = new Recording(3, 0);
            connection.resume(spec.id(), 3, 0, after).orElseThrow().stdin().close();
            after.awaitEnd();
            assertThat(after.stdout()).isEqualTo("through\n");
        }
    }

    /**
     * Valid sessions of which some bytes are changed, cut out or doubled: deterministic, so that it can be repeated.
     */
    @Test
    default void mutatedFramesHurtNoCommand() throws Exception {
        CommandSpec spec = sh("echo up; read x; echo through");
        Recording before = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(spec, before);
            before.awaitStdout(text -> text.equals("up\n"));
        }
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            try (Raw raw = new Raw(agent()).hello()) {
                raw.send(mutated(session(random), random));
            }
        }
        try (AgentConnection connection = agent().connect()) {
            Recording after = new Recording(3, 0);
            connection.resume(spec.id(), 3, 0, after).orElseThrow().stdin().close();
            after.awaitEnd();
            assertThat(after.stdout()).isEqualTo("through\n");
            for (KnownCommand known : connection.list()) {
                if (known.end().isEmpty()) {
                    end(connection, known);
                }
                connection.forget(known.id());
            }
            // A command that a mutated session has forgotten is gone when it has ended.
            while (!connection.list().isEmpty()) {
                Thread.sleep(10);
            }
        }
    }

    private static void end(AgentConnection connection, KnownCommand known) throws Exception {
        Recording rest = new Recording();
        Optional<AgentCommand> command = connection.resume(
                known.id(), known.stdout().acknowledged(), known.stderr().acknowledged(), new CommandListener() {
                    @Override
                    public void bytes(Stream stream, long offset, byte[] data) {}

                    @Override
                    public void ended(CommandEnd end) {
                        rest.ended(end);
                    }
                });
        if (command.isPresent()) {
            command.get().end(Duration.ZERO);
            rest.awaitEnd();
        }
    }

    private byte[] session(Random random) {
        CommandSpec spec = Commands.command(agent().busybox(), "cat");
        List<byte[]> frames = List.of(
                frame(FrameType.PING, 0, ByteBuffer.allocate(8).putLong(7)),
                frame(
                        FrameType.START,
                        1,
                        ByteBuffer.wrap(SpecEncoder.encode(spec)).position(SpecEncoder.encode(spec).length)),
                frame(FrameType.STDIN, 1, ByteBuffer.allocate(20).putLong(0).put(new byte[12])),
                frame(FrameType.ACK, 1, ByteBuffer.allocate(9).put((byte) 0).putLong(0)),
                frame(FrameType.RESIZE, 1, ByteBuffer.allocate(4).putInt(0x00500018)),
                frame(FrameType.SIGNAL, 1, ByteBuffer.allocate(1).put((byte) 28)),
                frame(FrameType.CLOSE_STDIN, 1, ByteBuffer.allocate(8).putLong(12)),
                frame(FrameType.LIST, 0),
                frame(FrameType.FORGET, 0, SpecEncoder.put(ByteBuffer.allocate(80), spec.id())),
                frame(FrameType.END, 1, ByteBuffer.allocate(4).putInt(0)));
        ByteBuffer session = ByteBuffer.allocate(10_000);
        for (byte[] each : frames) {
            if (random.nextInt(6) != 0) {
                session.put(each);
            }
        }
        byte[] bytes = new byte[session.flip().remaining()];
        session.get(bytes);
        return bytes;
    }

    private static byte[] mutated(byte[] session, Random random) {
        byte[] bytes = session.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> bytes = Arrays.copyOf(bytes, at + 1);
            }
        }
        return bytes;
    }
}
