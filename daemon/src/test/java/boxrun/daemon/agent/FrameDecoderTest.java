package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Stream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes out of a box is a frame, or an AgentProtocolException. */
@Timeout(60)
class FrameDecoderTest {

    private static ByteBuffer frame(int type, int channel, ByteBuffer payload) {
        return ByteBuffer.wrap(HostilePeerStory.frame(type, channel, payload));
    }

    private static ByteBuffer payload(int size) {
        return ByteBuffer.allocate(size);
    }

    /** One of each. */
    private static List<ByteBuffer> samples() {
        return List.of(
                frame(
                        FrameType.WELCOME,
                        0,
                        payload(22)
                                .putInt(FrameType.MAGIC)
                                .putShort((short) 1)
                                .putInt(262_144)
                                .putInt(1024)
                                .putInt(1 << 22)
                                .putInt(1)),
                frame(FrameType.PONG, 0, payload(8).putLong(5)),
                frame(
                        FrameType.STARTED,
                        1,
                        payload(29)
                                .putInt(9)
                                .put((byte) 4)
                                .putLong(0)
                                .putLong(0)
                                .putLong(0)),
                frame(FrameType.FAILED, 1, payload(5).put((byte) 11).putInt(2)),
                frame(FrameType.OUTPUT, 1, payload(14).put((byte) 1).putLong(7).put(new byte[5])),
                frame(FrameType.TAKEN, 1, payload(9).putLong(7).put((byte) 0)),
                frame(
                        FrameType.EXIT,
                        1,
                        payload(18).put((byte) 1).put((byte) 9).putLong(0).putLong(7)),
                frame(
                        FrameType.LISTED,
                        0,
                        SpecEncoder.put(payload(60), "exec_1")
                                .put((byte) 2)
                                .putInt(9)
                                .put((byte) 0)
                                .put((byte) 0)
                                .put((byte) 3)
                                .putLong(1)
                                .putLong(2)
                                .putLong(3)
                                .putLong(4)),
                frame(FrameType.LIST_END, 0, payload(0)),
                frame(FrameType.STOPPED, 0, payload(0)),
                frame(
                        FrameType.ERROR,
                        0,
                        payload(6).putShort((short) 2).put("old\n".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void eachFrameIsDecoded() {
        List<AgentFrame> frames = samples().stream()
                .map(each -> FrameDecoder.next(each).orElseThrow())
                .toList();
        assertThat(frames)
                .contains(
                        new AgentFrame.Welcome(1, 262_144, 1024, 1 << 22),
                        new AgentFrame.Pong(5),
                        new AgentFrame.Started(1, 9, false, true, 0, 0, 0),
                        new AgentFrame.Failed(1, StartStage.EXEC, 2),
                        new AgentFrame.Output(1, Stream.STDERR, 7, ByteBuffer.allocate(5)),
                        new AgentFrame.Taken(1, 7, false),
                        new AgentFrame.Exit(1, new CommandEnd.Signaled(9), 0, 7),
                        new AgentFrame.Listed(new KnownCommand(
                                "exec_1",
                                KnownCommand.State.FINISHED,
                                9,
                                false,
                                new KnownCommand.Held(1, 2),
                                new KnownCommand.Held(3, 4),
                                new CommandEnd.Exited(3))),
                        new AgentFrame.ListEnd(),
                        new AgentFrame.Stopped(),
                        new AgentFrame.Refused(2, "old?"));
    }

    @Test
    void aFrameThatIsNotThereInFullIsWaitedFor() {
        for (ByteBuffer sample : samples()) {
            for (int length = 0; length < sample.limit(); length++) {
                ByteBuffer part = sample.slice(0, length);
                assertThat(FrameDecoder.next(part)).isEmpty();
                assertThat(part.position()).isZero();
            }
        }
    }

    @Test
    void lengthsAreNotBelieved() {
        for (int length : new int[] {65_537, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            ByteBuffer head = ByteBuffer.allocate(9)
                    .putInt(length)
                    .putInt(1)
                    .put((byte) FrameType.OUTPUT)
                    .flip();
            assertThatThrownBy(() -> FrameDecoder.next(head))
                    .isInstanceOf(AgentProtocolException.class)
                    .hasMessageContaining("more than 65536");
        }
    }

    @Test
    void whatIsTooShortTooLongOrOnTheWrongChannelIsRefused() {
        for (ByteBuffer sample : samples()) {
            int type = sample.get(8) & 0xff;
            int channel = sample.getInt(4);
            assertThatThrownBy(() -> FrameDecoder.next(sample.duplicate().putInt(4, channel == 0 ? 1 : 0)))
                    .isInstanceOf(AgentProtocolException.class);
            sample.putInt(4, channel);
            if (type == FrameType.OUTPUT || type == FrameType.ERROR) {
                continue;
            }
            ByteBuffer longer = ByteBuffer.allocate(sample.limit() + 1)
                    .put(sample.duplicate())
                    .put((byte) 0)
                    .flip();
            longer.putInt(0, longer.limit() - 9);
            assertThatThrownBy(() -> FrameDecoder.next(longer))
                    .isInstanceOf(AgentProtocolException.class)
                    .hasMessageContaining("too long");
            if (sample.limit() > 9) {
                ByteBuffer shorter = ByteBuffer.allocate(sample.limit() - 1)
                        .put(sample.slice(0, sample.limit() - 1))
                        .flip();
                shorter.putInt(0, shorter.limit() - 9);
                assertThatThrownBy(() -> FrameDecoder.next(shorter)).isInstanceOf(AgentProtocolException.class);
            }
        }
    }
}
