package boxrun.cli.command;

import boxrun.cli.terminal.RawTerminal;
import boxrun.cli.terminal.Signals;
import boxrun.cli.terminal.TerminalSize;
import boxrun.client.ConnectionException;
import boxrun.client.InteractiveRun;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What signals to this process mean for the command that it shows. The first Ctrl-C (or TERM, or HUP) is passed on; the
 * second kills the command; the third, or one before the command runs, closes the connection, which is the end of the
 * box. Handlers run on threads of their own.
 */
final class RunSignals {
    private final AtomicInteger received = new AtomicInteger();
    private volatile @Nullable InteractiveRun run;
    private volatile @Nullable RawTerminal terminal;
    private volatile boolean started;
    private volatile boolean passingOn;
    private volatile @Nullable Signals gaveUp;

    /** Takes over the signals of this process, without delaying the caller. */
    void listen() {
        Thread.ofPlatform().daemon().name("signals").start(() -> {
            Signals.INT.handle(() -> end(Signals.INT));
            Signals.TERM.handle(() -> end(Signals.TERM));
            Signals.HUP.handle(() -> end(Signals.HUP));
            Signals.WINCH.handle(this::resize);
        });
    }

    /** The connection is there. */
    void connected(InteractiveRun connection, @Nullable RawTerminal raw) {
        terminal = raw;
        run = connection;
    }

    /** The command runs. */
    void started() {
        started = true;
    }

    /** The signal that made this process give the command up, if one did. */
    Optional<Signals> gaveUp() {
        return Optional.ofNullable(gaveUp);
    }

    private void end(Signals signal) {
        InteractiveRun connection = run;
        if (connection == null) {
            Runtime.getRuntime().halt(signal.exitCode());
            return;
        }
        int count = received.incrementAndGet();
        // An earlier signal that is still on its way waits behind input that the command does not read.
        if (!started || count > 2 || passingOn) {
            gaveUp = signal;
            connection.close();
            return;
        }
        passingOn = true;
        try {
            connection.signal(count == 1 ? signal.name() : "KILL");
        } catch (ConnectionException gone) {
            // Whoever reads the events is told as well.
        } finally {
            passingOn = false;
        }
    }

    private void resize() {
        InteractiveRun connection = run;
        RawTerminal raw = terminal;
        if (connection == null || raw == null) {
            return;
        }
        try {
            TerminalSize size = raw.measure();
            connection.resize(size.columns(), size.rows());
        } catch (IOException | ConnectionException gone) {
            // The next change of the window, or the reader of the events, will tell.
        }
    }
}
