package boxrun.daemon.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.ExitData;
import boxrun.api.Stream;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The events of a command, whose numbers have to follow on each other. */
public final class Recorded {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final List<RunEvent.Output> outputs = new ArrayList<>();
    private Optional<ExitData> exit = Optional.empty();
    private long lastSeq;

    Recorded(long after) {
        this.lastSeq = after;
    }

    /** Reads to the end. */
    static Recorded all(RunEvents events, long after) {
        Recorded recorded = new Recorded(after);
        for (Optional<RunEvent> event = events.next(); event.isPresent(); event = events.next()) {
            recorded.take(event.get());
        }
        return recorded;
    }

    synchronized void take(RunEvent event) {
        switch (event) {
            case RunEvent.Output output -> {
                follow(output.seq());
                outputs.add(output);
                byte[] bytes = bytes(output.bytes());
                (output.stream() == Stream.STDOUT ? stdout : stderr).writeBytes(bytes);
            }
            case RunEvent.Exit(ExitData data, long seq) -> {
                follow(seq);
                exit = Optional.of(data);
            }
            case RunEvent.Progress progress -> throw new AssertionError("unexpected: " + progress);
            case RunEvent.Started started -> throw new AssertionError("unexpected: " + started);
            case RunEvent.Warning warning -> throw new AssertionError("unexpected: " + warning);
        }
    }

    private void follow(long seq) {
        if (seq != lastSeq + 1 || exit.isPresent()) {
            throw new AssertionError("event " + seq + " comes after " + lastSeq + ", exit " + exit);
        }
        lastSeq = seq;
    }

    /** The bytes of an event, which stay in it. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    public List<RunEvent.Output> outputs() {
        return outputs;
    }

    public byte[] stdoutBytes() {
        return stdout.toByteArray();
    }

    public String stdout() {
        return stdout.toString(UTF_8);
    }

    public String stderr() {
        return stderr.toString(UTF_8);
    }

    public ExitData exit() {
        return exit.orElseThrow();
    }

    boolean isOver() {
        return exit.isPresent();
    }

    public synchronized long lastSeq() {
        return lastSeq;
    }
}
