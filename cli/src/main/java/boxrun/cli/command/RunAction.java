package boxrun.cli.command;

import boxrun.api.ExitData;
import boxrun.api.PullProgress;
import boxrun.api.Run;
import boxrun.api.Stream;
import boxrun.cli.terminal.Console;
import boxrun.cli.terminal.ProgressMode;
import boxrun.cli.terminal.PullDisplay;
import boxrun.cli.terminal.RawTerminal;
import boxrun.cli.terminal.ScreenModes;
import boxrun.cli.terminal.Signals;
import boxrun.cli.terminal.TerminalSize;
import boxrun.client.ConnectionException;
import boxrun.client.InteractiveRun;
import boxrun.client.RunEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command in a box of its own: sends standard input, sizes and signals, and writes what the command writes,
 * until it ends. Closing the connection, in whatever way this process goes, is the end of the box.
 */
record RunAction(Run request, ProgressMode progress) implements Action {
    @Override
    public int run(Session session) throws IOException {
        CommandSignals signals = new CommandSignals();
        signals.listen();
        Console console = session.console();
        ScreenModes modes = new ScreenModes();
        try (RawTerminal terminal = isSet(request.tty()) && console.inIsTerminal() ? RawTerminal.open() : null;
                PullDisplay display = new PullDisplay(
                        console,
                        progress,
                        String.valueOf(request.image()),
                        session.here().canDraw())) {
            TerminalSize size = terminal == null ? TerminalSize.UNKNOWN : terminal.size();
            try (InteractiveRun run = session.daemon().get().runInteractive(request, size.columns(), size.rows())) {
                signals.connected(new CommandLink(run::signal, run::resize, run::close), terminal);
                return follow(run, console, signals, terminal, display, modes);
            } catch (ConnectionException e) {
                if (terminal != null) {
                    modes.undo(console);
                }
                Optional<Signals> signal = signals.gaveUp();
                if (signal.isPresent()) {
                    return signal.get().exitCode();
                }
                throw e;
            }
        }
    }

    private int follow(
            InteractiveRun run,
            Console console,
            CommandSignals signals,
            @Nullable RawTerminal terminal,
            PullDisplay display,
            ScreenModes modes)
            throws IOException {
        if (isSet(request.stdin()) && terminal == null) {
            sendInput(run, console);
        }
        while (true) {
            RunEvent event = run.next().orElseThrow(() -> new IllegalStateException("a run without an end"));
            if (event instanceof RunEvent.Output(Stream stream, ByteBuffer bytes, long seq, Optional<Instant> at)) {
                if (terminal != null) {
                    modes.watch(bytes);
                }
                console.write(stream, bytes);
            } else if (event instanceof RunEvent.Started) {
                display.close();
                signals.started();
                if (terminal != null && isSet(request.stdin())) {
                    // Keys that nobody reads keep their meaning for this process: Ctrl-C is a signal.
                    terminal.makeRaw();
                    sendInput(run, console);
                }
            } else if (event instanceof RunEvent.Progress(PullProgress step)) {
                display.show(step);
            } else if (event instanceof RunEvent.Warning(String message)) {
                console.say("warning: " + message);
            } else if (event instanceof RunEvent.Exit(ExitData end, long seq)) {
                if (terminal != null) {
                    terminal.close();
                    modes.undoAfter(end, console);
                }
                CommandError.say(end, console);
                return end.exitCode();
            }
        }
    }

    /** Sends what is read, as it is read, on a thread of its own: reading a terminal or a pipe may wait for ever. */
    private static void sendInput(InteractiveRun run, Console console) {
        Thread.ofPlatform().daemon().name("stdin").start(() -> {
            try {
                console.read((buffer, length) -> {
                    run.stdin(buffer, 0, length);
                    return true;
                });
                run.closeStdin();
            } catch (IOException unreadable) {
                // As for the commands of a shell, input that cannot be read (closed, a directory) is empty.
                closeQuietly(run);
            } catch (ConnectionException ended) {
                // The reader of the events is told too, and knows better whether that is a failure.
            }
        });
    }

    private static void closeQuietly(InteractiveRun run) {
        try {
            run.closeStdin();
        } catch (ConnectionException ended) {
            // As above.
        }
    }

    private static boolean isSet(@Nullable Boolean flag) {
        return Objects.requireNonNullElse(flag, false);
    }
}
