package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import boxrun.api.LogEvent;
import boxrun.daemon.exec.LogEntry;
import boxrun.daemon.exec.LogReader;
import boxrun.daemon.http.ClientWatch.Wait;
import boxrun.json.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An answer of server-sent events. Events are sent as soon as there is none behind them, and when there are many. */
final class EventStream implements AutoCloseable {
    static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final int MANY = 64 * 1024;
    private static final byte[] COMMENT = ":\n\n".getBytes(US_ASCII);

    private final OutputStream out;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private boolean times;

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /** Begins the answer: from here on a failure cannot become an error answer. */
    static EventStream begin(ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream").header(HeaderNames.CACHE_CONTROL, "no-cache");
        EventStream stream = new EventStream(response.outputStream());
        stream.pending.writeBytes(COMMENT);
        stream.flush();
        return stream;
    }

    /** Tells of each piece of output from now on when it came. */
    void tellTimes() {
        times = true;
    }

    /** Sends an event that has no number. */
    void send(String event, Object data) {
        send(event, 0, data);
    }

    synchronized void send(String event, long id, Object data) {
        begin(event, id);
        pending.writeBytes(Json.WIRE.bytes(data));
        end();
        flush();
    }

    /** Shows a client without events that it is still connected, and us whether it is. */
    synchronized void comment() {
        pending.writeBytes(COMMENT);
        flush();
    }

    /** Where a stream waits for more to say, and can be ended with no event half said. */
    interface Pause {
        Pause PLAIN = Wait::get;

        boolean until(Wait<Boolean> wait) throws InterruptedException;
    }

    /**
     * Sends a command's events up to its end.
     *
     * @param beforeEnd is done when all output is sent, before the end is told
     */
    void sendAll(LogReader events, Pause pause, Runnable beforeEnd) throws InterruptedException {
        while (!events.over()) {
            Optional<LogEntry> entry = events.next(Duration.ZERO);
            if (entry.isPresent()) {
                if (entry.get() instanceof LogEntry.Exit) {
                    flush();
                    beforeEnd.run();
                }
                add(entry.get(), pause);
            } else if (!events.over()) {
                flush();
                if (!pause.until(() -> events.await(KEEP_ALIVE))) {
                    pending.writeBytes(COMMENT);
                }
            }
        }
        flush();
    }

    /** Keeps a stream alive that has nothing more to say, until the latch opens. */
    void keepAlive(CountDownLatch end) throws InterruptedException {
        while (!end.await(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)) {
            comment();
        }
    }

    /** Sends the events of a command that there are. */
    void sendPresent(LogReader events, Pause pause) throws InterruptedException {
        for (Optional<LogEntry> entry = events.next(Duration.ZERO);
                entry.isPresent();
                entry = events.next(Duration.ZERO)) {
            add(entry.get(), pause);
        }
        flush();
    }

    private void add(LogEntry entry, Pause pause) throws InterruptedException {
        add(entry);
        if (pending.size() >= MANY) {
            flush();
            pause.until(() -> true);
        }
    }

    private synchronized void add(LogEntry entry) {
        switch (entry) {
            case LogEntry.Output output -> add(output);
            case LogEntry.Exit exit -> {
                begin("exit", exit.seq());
                pending.writeBytes(
                        Json.WIRE.bytes(new LogEvent(null, Json.WIRE.encode(exit.data()), exit.seq(), null, null)));
                end();
            }
        }
    }

    private void add(LogEntry.Output output) {
        begin("log", output.seq());
        String stream =
                switch (output.stream()) {
                    case STDOUT -> "{\"stream\":\"stdout\",\"data\":\"";
                    case STDERR -> "{\"stream\":\"stderr\",\"data\":\"";
                };
        ascii(stream);
        if (output.text()) {
            JsonText.escape(output.bytes(), 0, output.bytes().length, pending);
        } else {
            pending.writeBytes(Base64.getEncoder().encode(output.bytes()));
        }
        ascii("\",\"seq\":" + output.seq());
        if (times) {
            ascii(",\"time\":" + output.at().map(Json.WIRE::encode).orElse("null"));
        }
        ascii(output.text() ? "}" : ",\"encoding\":\"base64\"}");
        end();
    }

    private void begin(String event, long id) {
        ascii((id > 0 ? "id: " + id + "\n" : "") + "event: " + event + "\ndata: ");
    }

    private void end() {
        ascii("\n\n");
    }

    private void ascii(String text) {
        pending.writeBytes(text.getBytes(US_ASCII));
    }

    private synchronized void flush() {
        try {
            if (pending.size() > 0) {
                pending.writeTo(out);
                pending.reset();
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
