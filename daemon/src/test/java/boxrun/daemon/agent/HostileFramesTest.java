package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.fuzz.Fuzz;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changed conversations, in either direction, in pieces of any length; see {@link Fuzz}. */
@Timeout(240)
class HostileFramesTest {
    private static final long MOST_BYTES = 2 << 20;
    private static final String FROM_AGENT = "corpus-from-agent";
    private static final String FROM_DAEMON = "corpus-from-daemon";
    /** The commands that it has started are many by then. */
    private static final int INPUTS_OF_AN_AGENT = 200;

    private static List<byte[]> corpus(String name) {
        return Fuzz.corpus(HostileFramesTest.class, name);
    }

    @Test
    void eachTypeOfFrameIsAmongTheSamples() {
        assertThat(types(FROM_DAEMON)).containsExactlyElementsOf(range(FrameType.HELLO, FrameType.STOP));
        Set<Integer> ofAgents = range(FrameType.WELCOME, FrameType.STOPPED);
        ofAgents.add(FrameType.ERROR);
        assertThat(types(FROM_AGENT)).containsExactlyElementsOf(ofAgents);
    }

    private static Set<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> types(String corpus) {
        Set<Integer> types = new TreeSet<>();
        for (byte[] sample : corpus(corpus)) {
            ByteBuffer frames = ByteBuffer.wrap(sample);
            while (frames.hasRemaining()) {
                types.add(frames.get(frames.position() + 8) & 0xff);
                frames.position(frames.position() + FrameDecoder.HEAD + frames.getInt(frames.position()));
            }
        }
        return types;
    }

    @Test
    void anyFramesOfAnAgentAreReadOrRefusedAndTheSameInPieces() {
        Fuzz.Tally tally = new Fuzz(corpus(FROM_AGENT), List.of(AgentProtocolException.class), MOST_BYTES)
                .run(HostileFramesTest::decode);
        assertThat(tally.read()).isPositive();
        assertThat(tally.refused()).isPositive();
    }

    private static void decode(byte[] input) {
        Outcome whole = outcome(input, List.of(input.length));
        Outcome pieces = outcome(input, pieces(input));
        if (!whole.equals(pieces)) {
            throw new AssertionError(whole + " in one piece, and " + pieces + " in " + pieces(input));
        }
        whole.refusal().ifPresent(words -> {
            throw new AgentProtocolException(words);
        });
    }

    private record Outcome(List<AgentFrame> frames, Optional<String> refusal) {}

    /** As the daemon takes frames off what has come so far. */
    private static Outcome outcome(byte[] input, List<Integer> ends) {
        List<AgentFrame> frames = new ArrayList<>();
        int position = 0;
        try {
            for (int end : ends) {
                ByteBuffer received = ByteBuffer.wrap(input, position, end - position);
                Optional<AgentFrame> frame = FrameDecoder.next(received);
                while (frame.isPresent()) {
                    frames.add(frame.get());
                    frame = FrameDecoder.next(received);
                }
                position = received.position();
            }
            return new Outcome(frames, Optional.empty());
        } catch (AgentProtocolException e) {
            return new Outcome(frames, Optional.of(e.message()));
        }
    }

    /** Where the pieces of an input end: the same ones whenever it comes. */
    private static List<Integer> pieces(byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        List<Integer> ends = new ArrayList<>();
        int end = 0;
        while (end < input.length) {
            end = Math.min(input.length, end + 1 + random.nextInt(random.nextBoolean() ? 12 : 400));
            ends.add(end);
        }
        return ends;
    }

    @Test
    void anyFramesOfADaemonAreUnderstoodOrRefused() throws Exception {
        SanitizedAgent.compile();
        try (Peer peer = new Peer()) {
            Fuzz.Tally tally = new Fuzz(corpus(FROM_DAEMON), List.of(Refusal.class), MOST_BYTES).run(peer::say);
            assertThat(tally.read()).isPositive();
            assertThat(tally.refused()).isPositive();
        }
    }

    /** Speaks to a sanitized agent, and to the next one when that has been told to stop. */
    private static final class Peer implements AutoCloseable {
        private AgentProcess agent = AgentProcess.start(SanitizedAgent.BINARY);
        private int inputs;

        Peer() throws IOException, InterruptedException {}

        void say(byte[] input) throws Exception {
            if (++inputs % INPUTS_OF_AN_AGENT == 0) {
                renew();
            }
            ByteBuffer answer = ByteBuffer.allocate(1 << 20);
            try (SocketChannel channel = connect()) {
                send(channel, input);
                receive(channel, answer);
            }
            Optional<String> refusal = refusal(answer.flip());
            if (refusal.isPresent()) {
                throw new Refusal(refusal.get());
            }
        }

        private SocketChannel connect() throws Exception {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(agent.socket()));
            } catch (ConnectException stopped) {
                assertThat(agent.awaitExit()).isZero();
                renew();
                return SocketChannel.open(UnixDomainSocketAddress.of(agent.socket()));
            }
        }

        /** Fails with what the sanitizers have found. */
        private void renew() throws Exception {
            agent.close();
            agent = AgentProcess.start(SanitizedAgent.BINARY);
        }

        private static void send(SocketChannel channel, byte[] input) {
            int position = 0;
            try {
                for (int end : pieces(input)) {
                    channel.write(ByteBuffer.wrap(input, position, end - position));
                    position = end;
                }
                channel.shutdownOutput();
            } catch (IOException endedAlready) {
                return; // what it has said is there to be read
            }
        }

        private static void receive(SocketChannel channel, ByteBuffer answer) throws IOException {
            try {
                while (channel.read(answer) >= 0) {
                    if (!answer.hasRemaining()) {
                        throw new AssertionError("an answer without end");
                    }
                }
            } catch (EOFException _) {
                return;
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("reset")) {
                    throw e;
                }
            }
        }

        /** Whatever it was told, an agent answers with frames; the one that refuses is the last. */
        private static Optional<String> refusal(ByteBuffer answer) {
            try {
                for (Optional<AgentFrame> frame = next(answer); frame.isPresent(); frame = next(answer)) {
                    if (frame.get() instanceof AgentFrame.Refused(int _, String words)) {
                        return Optional.of(words);
                    }
                }
                return Optional.empty();
            } catch (AgentProtocolException e) {
                throw new AssertionError("the agent's answer is no frame", e);
            }
        }

        private static Optional<AgentFrame> next(ByteBuffer answer) {
            int channel = answer.position() + 4;
            // Agents take these numbers as well, which daemons do not use and therefore refuse.
            if (answer.remaining() >= FrameDecoder.HEAD && answer.getInt(channel) < 0) {
                answer.putInt(channel, 1);
            }
            return FrameDecoder.next(answer);
        }

        @Override
        public void close() throws IOException {
            agent.close();
        }
    }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refusal(String words) {
            super(words);
        }
    }
}
