package boxrun.client;

import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.LogEvent;
import boxrun.api.ProblemException;
import boxrun.api.PullProgress;
import boxrun.api.Stream;
import boxrun.http.HttpResponse;
import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.MalformedJsonException;
import boxrun.json.Quick;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The events of a command as they come over HTTP. */
final class EventStream implements RunEvents {
    static final int MAX_EVENT_BYTES = 16 << 20;

    /** The data of an {@code event: error}. */
    record Failure(ErrorCode code, String message, @Nullable String hint) {
        ProblemException problem() {
            ProblemException problem = new ProblemException(code, message);
            return hint == null ? problem : problem.hint(hint);
        }
    }

    private final Transport transport;
    private final HttpResponse answer;
    private final SseReader reader;
    private final Iterator<String> warnings;
    private final boolean toTheExit;
    private boolean ended;

    /** @param toTheExit whether an end before that of the command is the end of the connection */
    EventStream(Transport transport, HttpResponse answer, boolean toTheExit) {
        this.transport = transport;
        this.answer = answer;
        this.toTheExit = toTheExit;
        this.reader = new SseReader(answer.body(), MAX_EVENT_BYTES);
        this.warnings = Transport.warnings(answer).iterator();
    }

    @Override
    public Optional<RunEvent> next() {
        if (warnings.hasNext()) {
            return Optional.of(new RunEvent.Warning(warnings.next()));
        }
        try {
            while (!ended) {
                Optional<SseEvent> event = reader.next();
                if (event.isEmpty() && !toTheExit) {
                    return Optional.empty();
                }
                Optional<RunEvent> known =
                        read(event.orElseThrow(() -> new EOFException("the events ended before the command did")));
                if (known.isPresent()) {
                    return known;
                }
            }
            return Optional.empty();
        } catch (MalformedJsonException e) {
            throw transport.incomprehensible("an event", e);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    /** Nothing for an event of a kind that a newer daemon sends. */
    private Optional<RunEvent> read(SseEvent event) {
        return switch (event.type()) {
            case "progress" -> Optional.of(new RunEvent.Progress(Quick.decode(event.data(), PullProgress.class)));
            case "log" -> {
                LogEvent log = Quick.decode(event.data(), LogEvent.class);
                Stream stream = log.stream();
                if (stream == null) {
                    throw new MalformedJsonException("stream", "expected \"stdout\" or \"stderr\", got null");
                }
                yield Optional.of(new RunEvent.Output(stream, bytes(log), log.seq(), Optional.ofNullable(log.time())));
            }
            case "exit" -> {
                LogEvent log = Quick.decode(event.data(), LogEvent.class);
                ended = true;
                yield Optional.of(new RunEvent.Exit(Quick.decode(log.data(), ExitData.class), log.seq()));
            }
            case "error" -> throw Quick.decode(event.data(), Failure.class).problem();
            default -> Optional.empty();
        };
    }

    private static ByteBuffer bytes(LogEvent log) {
        if (log.encoding() == null) {
            return ByteBuffer.wrap(log.data().getBytes(StandardCharsets.UTF_8));
        }
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(log.data()));
        } catch (IllegalArgumentException e) {
            throw new MalformedJsonException("data", "expected base64");
        }
    }

    @Override
    public void close() {
        answer.close();
    }
}
