package boxrun.cli.command;

import boxrun.api.ProblemException;
import boxrun.cli.terminal.RawTerminal;
import boxrun.cli.terminal.Signals;
import boxrun.cli.terminal.TerminalSize;
import boxrun.client.ConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What signals to this process mean for the command that it shows. The first Ctrl-C (or TERM, or HUP) is passed on; the
 * second kills the command; the third, or one before the command runs, gives the command up. A command that can be come
 * back to is given up by HUP, which a window that is closed sends. Handlers run on threads of their own.
 */
final class CommandSignals {
    /** Longer than a signal takes that gets through. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

    private final Semaphore way = new Semaphore(1);
    private final AtomicInteger received = new AtomicInteger();
    private final boolean livesOn;
    private volatile @Nullable CommandLink link;
    private volatile @Nullable RawTerminal terminal;
    private volatile boolean started;
    private volatile @Nullable Signals gaveUp;

    /** For a command that ends with its connection, or does not need one. */
    CommandSignals() {
        this(false);
    }

    /** @param livesOn whether the command can be come back to */
    CommandSignals(boolean livesOn) {
        this.livesOn = livesOn;
    }

    /** Takes over the signals of this process. */
    void listen() {
        Signals.INT.handle(() -> end(Signals.INT));
        Signals.TERM.handle(() -> end(Signals.TERM));
        Signals.HUP.handle(() -> end(Signals.HUP));
        Signals.WINCH.handle(this::resize);
        Signals.USR1.handle(() -> passOn(Signals.USR1.name()));
        Signals.USR2.handle(() -> passOn(Signals.USR2.name()));
    }

    /** The connection is there. */
    void connected(CommandLink command, @Nullable RawTerminal raw) {
        terminal = raw;
        link = command;
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
        CommandLink command = link;
        if (command == null) {
            Runtime.getRuntime().halt(signal.exitCode());
            return;
        }
        int count = received.incrementAndGet();
        if (!started
                || count > 2
                || (livesOn && signal == Signals.HUP)
                || !passOn(count == 1 ? signal.name() : "KILL")) {
            gaveUp = signal;
            command.close().run();
        }
    }

    /** False when an earlier signal is still on its way: it waits behind input that the command does not read. */
    private boolean passOn(String signal) {
        CommandLink command = link;
        if (command == null || !started) {
            return true;
        }
        try {
            if (!way.tryAcquire(ON_ITS_WAY.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            command.signal().accept(signal);
        } catch (ConnectionException | ProblemException ended) {
            // Whoever reads the events is told as well.
        } finally {
            way.release();
        }
        return true;
    }

    private void resize() {
        CommandLink command = link;
        RawTerminal raw = terminal;
        if (command == null || raw == null) {
            return;
        }
        try {
            TerminalSize size = raw.measure();
            command.resize().to(size.columns(), size.rows());
        } catch (IOException | ConnectionException gone) {
            // The next change of the window, or the reader of the events, will tell.
        }
    }
}
