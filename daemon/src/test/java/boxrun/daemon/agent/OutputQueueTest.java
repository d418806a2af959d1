package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Stream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OutputQueueTest {

    private static List<OutputQueue.Piece> drain(OutputQueue queue) {
        List<OutputQueue.Piece> pieces = new ArrayList<>();
        queue.end(new CommandEnd.Exited(0));
        for (var piece = queue.take(); piece.isPresent(); piece = queue.take()) {
            pieces.add(piece.get());
        }
        return pieces;
    }

    @Test
    void smallPiecesThatFollowEachOtherAreJoined() {
        OutputQueue queue = new OutputQueue();
        for (int i = 0; i < 100_000; i++) {
            queue.add(Stream.STDOUT, i, ByteBuffer.wrap(new byte[] {(byte) i}));
        }
        List<OutputQueue.Piece> pieces = drain(queue);
        assertThat(pieces).hasSize(2);
        assertThat(pieces.get(0).data()).hasSize(65_536).endsWith((byte) 0xff);
        assertThat(pieces.get(1).offset()).isEqualTo(65_536);
        assertThat(queue.end()).isEqualTo(new CommandEnd.Exited(0));
    }

    @Test
    void theOrderOfTheStreamsIsKept() {
        OutputQueue queue = new OutputQueue();
        queue.add(Stream.STDOUT, 0, ByteBuffer.wrap(new byte[2]));
        queue.add(Stream.STDERR, 0, ByteBuffer.wrap(new byte[2]));
        queue.add(Stream.STDOUT, 2, ByteBuffer.wrap(new byte[2]));
        assertThat(drain(queue))
                .extracting(OutputQueue.Piece::stream)
                .containsExactly(Stream.STDOUT, Stream.STDERR, Stream.STDOUT);
    }

    @Test
    void alternatingStreamsDoNotMakeItLong() {
        OutputQueue queue = new OutputQueue();
        for (int i = 0; i < 100_000; i++) {
            queue.add(Stream.STDOUT, i, ByteBuffer.wrap(new byte[1]));
            queue.add(Stream.STDERR, i, ByteBuffer.wrap(new byte[1]));
        }
        List<OutputQueue.Piece> pieces = drain(queue);
        assertThat(pieces).hasSizeLessThan(1100);
        for (Stream stream : Stream.values()) {
            long next = 0;
            for (OutputQueue.Piece piece : pieces) {
                if (piece.stream() == stream) {
                    assertThat(piece.offset()).isEqualTo(next);
                    next += piece.data().length;
                }
            }
            assertThat(next).isEqualTo(100_000);
        }
    }
}
