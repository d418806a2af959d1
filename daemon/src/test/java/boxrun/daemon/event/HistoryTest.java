package boxrun.daemon.event;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.BoxEvent;
import boxrun.api.ExecEvent;
import boxrun.api.MissedEvents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HistoryTest {
    /** 1970-01-01T00:00:00.001: the first id is 1001. */
    private final History history = new History(Clock.fixed(Instant.ofEpochMilli(1), ZoneOffset.UTC), 3);

    @Test
    void aReaderGetsWhatHappensFromNowOnInOrder() throws Exception {
        happens("a");
        History.Reader reader = history.reader();
        assertThat(reader.next(Duration.ZERO)).isEmpty();
        happens("b");
        history.exec(ExecEvent.Action.FINISHED, "e", "b", Optional.of(3));
        assertThat(next(reader)).isEqualTo("1002 b");
        assertThat(next(reader)).isEqualTo("1003 e 3");
        assertThat(reader.next(Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void aReaderThatWaitsIsWoken() throws Exception {
        History.Reader reader = history.reader();
        LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        Thread waiting = Thread.startVirtualThread(() -> {
            try {
                seen.add(next(reader));
            } catch (InterruptedException e) {
                seen.add("interrupted");
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        happens("a");
        assertThat(seen.take()).isEqualTo("1001 a");
    }

    @Test
    void aReaderGoesOnWhereItWasAndASlowOneIsToldWhatItMissed() throws Exception {
        for (String box : new String[] {"a", "b", "c", "d", "e"}) {
            happens(box);
        }
        assertThat(next(history.reader(1003))).isEqualTo("1004 d");
        assertThat(next(history.reader(1002))).isEqualTo("1003 c");
        History.Reader slow = history.reader(1001);
        assertThat(slow.next(Duration.ZERO)).contains(new Happening.Missed(1002, new MissedEvents(1001, 1002)));
        assertThat(next(slow)).isEqualTo("1003 c");
        happens("f");
        happens("g");
        happens("h");
        assertThat(slow.next(Duration.ZERO)).contains(new Happening.Missed(1005, new MissedEvents(1003, 1005)));
        assertThat(next(slow)).isEqualTo("1006 f");
        assertThat(next(slow)).isEqualTo("1007 g");
        assertThat(next(slow)).isEqualTo("1008 h");
        assertThat(slow.next(Duration.ZERO)).isEmpty();
    }

    @Test
    void aReaderOfAnotherHistoryIsToldThatItMissedSomethingAndANewOneIsNot() throws Exception {
        happens("a");
        History.Reader earlier = history.reader(17);
        assertThat(earlier.next(Duration.ZERO)).contains(new Happening.Missed(1000, new MissedEvents(17, 1000)));
        assertThat(next(earlier)).isEqualTo("1001 a");
        History.Reader later = history.reader(5000);
        assertThat(later.next(Duration.ZERO)).contains(new Happening.Missed(1000, new MissedEvents(1000, 1000)));
        assertThat(next(later)).isEqualTo("1001 a");
        assertThat(next(history.reader(0))).isEqualTo("1001 a");
    }

    private void happens(String box) {
        history.box(BoxEvent.Action.STARTED, box, Optional.empty(), Optional.empty());
    }

    private static String next(History.Reader reader) throws InterruptedException {
        return switch (reader.next(Duration.ofSeconds(20)).orElseThrow()) {
            case Happening.OfBox(long id, BoxEvent event) -> id + " " + event.id();
            case Happening.OfExec(long id, ExecEvent event) -> id + " " + event.id() + " " + event.exitCode();
            case Happening.Missed(long id, MissedEvents events) -> id + " missed";
        };
    }
}
