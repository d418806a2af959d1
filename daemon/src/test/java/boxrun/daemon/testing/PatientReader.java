package boxrun.daemon.testing;

import boxrun.api.Exec;
import boxrun.client.ConnectionException;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Follows a command to its end in the background, and comes back whenever the daemon has gone away. */
public final class PatientReader {
    private final Commands commands;
    private final Exec exec;
    private final Recorded recorded = new Recorded(0);
    private final CompletableFuture<Recorded> end = new CompletableFuture<>();

    public PatientReader(Commands commands, Exec exec) {
        this.commands = commands;
        this.exec = exec;
        Thread.ofVirtual().name("patient reader").start(this::read);
    }

    private void read() {
        try {
            while (!recorded.isOver()) {
                try (RunEvents events = commands.api().events(exec.id(), recorded.lastSeq())) {
                    for (Optional<RunEvent> event = events.next(); event.isPresent(); event = events.next()) {
                        recorded.take(event.get());
                    }
                } catch (ConnectionException daemonIsGone) {
                    Thread.sleep(5);
                }
            }
            end.complete(recorded);
        } catch (Throwable wrong) {
            end.completeExceptionally(wrong);
        }
    }

    /** Waits until so many more events have come, or the end. */
    public void awaitMore(int events) throws InterruptedException {
        long enough = recorded.lastSeq() + events;
        while (recorded.lastSeq() < enough && !end.isDone()) {
            Thread.sleep(1);
        }
    }

    /** All of it, when the command has ended. */
    public Recorded end() throws InterruptedException, ExecutionException {
        return end.get();
    }
}
