package boxrun.daemon.exec;

import boxrun.api.Exec;
import boxrun.api.ExitData;
import boxrun.api.Session;
import boxrun.api.Stream;
import boxrun.daemon.engine.TerminalSize;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A terminal that lives on when its client leaves. It has one client at a time: one that comes shows what was shown
 * last and goes on from there, and one that was there before has to go. Without a client the command goes on, and its
 * output is kept as far as the {@link Screen} goes.
 */
public final class TerminalSession implements OutputSink {
    private final String name;
    private final Screen screen;
    private final Consumer<TerminalSession> over;
    private @Nullable Execution execution;
    private @Nullable Viewer viewer;
    private @Nullable ExitData exit;

    /** Who looks at a session. */
    public interface Client extends OutputSink {

        /** Another client has come; there will be no more calls. */
        void takenOver(String session);
    }

    /** What a client gets waits until it has got what was shown before. */
    private record Viewer(Client client, ReentrantLock turn) {
        void append(Stream stream, long offset, byte[] data) {
            turn.lock();
            try {
                client.append(stream, offset, data);
            } finally {
                turn.unlock();
            }
        }
    }

    /** @param over is told of the end of the command */
    TerminalSession(String name, Screen screen, Consumer<TerminalSession> over) {
        this.name = name;
        this.screen = screen;
        this.over = over;
    }

    String name() {
        return name;
    }

    /** Where the output goes on. */
    long offset() {
        return screen.total();
    }

    synchronized void runsAs(Execution started) {
        execution = started;
    }

    /** The command of the terminal. */
    public synchronized Execution execution() {
        return java.util.Objects.requireNonNull(execution);
    }

    Session described() {
        Exec exec = execution().exec();
        return new Session(name, exec.cmd(), viewer().isPresent(), exec.createdAt());
    }

    private synchronized Optional<Viewer> viewer() {
        return Optional.ofNullable(viewer);
    }

    /** Shows the terminal to a client from now on. */
    public void attach(Client client, TerminalSize size) {
        Viewer arriving = new Viewer(client, new ReentrantLock());
        arriving.turn.lock();
        try {
            Optional<Viewer> before;
            byte[] shown;
            ExitData ended;
            synchronized (this) {
                before = viewer();
                viewer = arriving;
                ended = exit;
                shown = Replay.of(screen.recent(), screen.total() > Screen.SIZE);
            }
            before.ifPresent(leaving -> leaving.client.takenOver(name));
            if (shown.length > 0) {
                client.append(Stream.STDOUT, 0, shown);
            }
            if (ended != null) {
                client.finish(ended);
            }
        } finally {
            arriving.turn.unlock();
        }
        redraw(size);
    }

    /** A program that draws the whole screen does so again when the size changes, and only then. */
    private void redraw(TerminalSize size) {
        execution().running().ifPresent(process -> {
            process.resize(new TerminalSize(size.columns(), size.rows() == 1 ? 2 : size.rows() - 1));
            process.resize(size);
        });
    }

    /** The client goes, the terminal stays. */
    public synchronized void leave(Client client) {
        Viewer current = viewer;
        if (current != null && current.client.equals(client)) {
            viewer = null;
        }
    }

    @Override
    public void append(Stream stream, long offset, byte[] data) {
        Optional<Viewer> current;
        synchronized (this) {
            screen.add(offset, data);
            current = viewer();
        }
        current.ifPresent(present -> present.append(stream, offset, data));
    }

    @Override
    public void finish(ExitData data) {
        Optional<Viewer> current;
        synchronized (this) {
            exit = data;
            current = viewer();
        }
        over.accept(this);
        current.ifPresent(present -> present.client.finish(data));
    }

    /** Forgets what was shown. */
    void delete() {
        screen.delete();
    }
}
