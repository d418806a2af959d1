package boxrun.daemon.http;

import boxrun.api.InputFrame;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.TerminalSize;
import boxrun.daemon.exec.Execution;
import boxrun.daemon.exec.Signals;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a client sends to a command: bytes and sizes wait until it runs, a signal is for one that does. */
final class ClientInput {
    private final InputPump pump = new InputPump();
    private volatile @Nullable EngineProcess process;
    private volatile @Nullable TerminalSize size;

    /** From here on it reaches the command, unless that has ended already. */
    void bind(Execution execution) {
        execution.running().ifPresentOrElse(this::bind, pump::stop);
    }

    private void bind(EngineProcess started) {
        process = started;
        TerminalSize wanted = size;
        if (wanted != null) {
            started.resize(wanted);
        }
        pump.start(started.stdin());
    }

    void control(InputFrame frame) {
        EngineProcess running = process;
        switch (frame) {
            case InputFrame.Resize resize -> {
                TerminalSize wanted = Sizes.of(resize.cols(), resize.rows());
                size = wanted;
                if (running != null) {
                    running.resize(wanted);
                }
            }
            case InputFrame.Signal signal -> {
                if (running != null) {
                    running.signal(Signals.number(signal.signal()));
                }
            }
            case InputFrame.StdinClose close -> pump.end();
        }
    }

    void bytes(byte[] bytes) throws InterruptedException {
        pump.put(bytes);
    }

    /** The client has sent its last byte. */
    void leave() {
        pump.leave();
    }

    /**
     * Waits, but not longer than this, until the client has left and what it had sent is with the command. What comes
     * later is not taken.
     */
    void awaitDelivered(Duration limit) throws InterruptedException {
        pump.awaitDelivered(limit);
    }

    /** The command has ended, or never will begin. */
    void stop() {
        pump.stop();
    }
}
