package boxrun.cli.command;

import boxrun.api.Exec;
import boxrun.client.BoxExecs;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs in a box, followed to its end, also when the daemon ends meanwhile: the command goes on, and the
 * next daemon knows what this one did not tell. One thread reads; any thread may signal and close.
 */
final class StartedExec implements RunEvents {
    /** How long a daemon that is not started from here may be away. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /** Connections in a row on which nothing came. */
    private static final int MAX_EMPTY = 20;

    private final Supplier<BoxrunClient> nextDaemon;
    private final String box;
    private final String exec;
    private volatile BoxExecs execs;
    private volatile @Nullable RunEvents events;
    private volatile boolean closed;
    private Consumer<BoxExecs> resumed = next -> {};
    private long seen;
    private boolean times;

    /** @param nextDaemon finds or starts the daemon after the one of {@code daemon} */
    StartedExec(BoxrunClient daemon, Supplier<BoxrunClient> nextDaemon, Exec exec) {
        this.nextDaemon = nextDaemon;
        this.box = exec.boxId();
        this.exec = exec.id();
        this.execs = daemon.execs(box);
    }

    /** Begins after a number instead of with the first byte. */
    StartedExec after(long seq) {
        seen = seq;
        return this;
    }

    /** Has output tell when it came. */
    StartedExec withTimes() {
        times = true;
        return this;
    }

    /** Has the reading thread do something whenever another daemon was found. */
    void whenResumed(Consumer<BoxExecs> action) {
        resumed = action;
    }

    String id() {
        return exec;
    }

    /** The commands of its box, at the daemon of the moment. */
    BoxExecs execs() {
        return execs;
    }

    @Override
    public Optional<RunEvent> next() {
        int empty = 0;
        while (true) {
            try {
                Optional<RunEvent> event = open().next();
                event.ifPresent(this::remember);
                return event;
            } catch (ConnectionException broken) {
                if (closed || ++empty > MAX_EMPTY) {
                    throw broken;
                }
                reconnect(broken);
            }
        }
    }

    private RunEvents open() {
        RunEvents current = events;
        if (current == null) {
            current = (times ? execs.withTimes() : execs).events(exec, seen);
            events = current;
            if (closed) {
                current.close();
            }
        }
        return current;
    }

    private void remember(RunEvent event) {
        if (event instanceof RunEvent.Output output) {
            seen = output.seq();
        } else if (event instanceof RunEvent.Exit exit) {
            seen = exit.seq();
        }
    }

    private void reconnect(ConnectionException broken) {
        RunEvents current = events;
        events = null;
        if (current != null) {
            current.close();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                BoxExecs next = nextDaemon.get().execs(box);
                next.find(exec);
                execs = next;
                resumed.accept(next);
                return;
            } catch (ConnectionException away) {
                if (closed || System.nanoTime() > deadline) {
                    throw broken;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void signal(String name) {
        execs.signal(exec, name);
    }

    @Override
    public void close() {
        closed = true;
        RunEvents current = events;
        if (current != null) {
            current.close();
        }
    }
}
