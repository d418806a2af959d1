package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.ExitData;
import boxrun.api.Stream;
import boxrun.daemon.exec.LogEntry;
import boxrun.daemon.exec.LogReader;
import boxrun.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link boxrun.api.RunResult} piece by piece from a command's log, so that its size costs no memory. Bytes
 * that are not UTF-8 become U+FFFD: who needs them exactly asks for events.
 */
final class RunAnswer {
    /** Of each output, in bytes. */
    private static final int CAP = 10 * 1024 * 1024;

    private final ExitData exit;
    private final LogReader stdout;
    private final LogReader stderr;
    private final List<String> remarks = new ArrayList<>();

    RunAnswer(ExitData exit, LogReader stdout, LogReader stderr) {
        this.exit = exit;
        this.stdout = stdout;
        this.stderr = stderr;
        ExitData.ExitError error = exit.error();
        if (error != null) {
            remarks.add(error.message());
        }
    }

    void write(OutputStream body) throws IOException, InterruptedException {
        body.write(("{\"exit_code\":" + exit.exitCode() + ",\"stdout\":\"").getBytes(US_ASCII));
        write(Stream.STDOUT, stdout, body);
        body.write("\",\"stderr\":\"".getBytes(US_ASCII));
        write(Stream.STDERR, stderr, body);
        body.write("\",\"error_message\":".getBytes(US_ASCII));
        body.write(Json.WIRE.bytes(remark()));
        body.write('}');
    }

    private @Nullable String remark() {
        return remarks.isEmpty() ? null : String.join("; ", remarks);
    }

    private void write(Stream stream, LogReader events, OutputStream body) throws IOException, InterruptedException {
        ByteArrayOutputStream escaped = new ByteArrayOutputStream();
        int left = CAP;
        for (Optional<LogEntry> entry = events.next(Duration.ZERO);
                entry.isPresent();
                entry = events.next(Duration.ZERO)) {
            if (entry.get() instanceof LogEntry.Output output && output.stream() == stream) {
                if (output.bytes().length > left) {
                    remarks.add(stream.name().toLowerCase(java.util.Locale.ROOT) + " was cut after " + (CAP >> 20)
                            + " MiB: ask for events to get all of it");
                    return;
                }
                left -= output.bytes().length;
                byte[] text = output.text() ? output.bytes() : new String(output.bytes(), UTF_8).getBytes(UTF_8);
                JsonText.escape(text, 0, text.length, escaped);
                escaped.writeTo(body);
                escaped.reset();
            }
        }
    }
}
