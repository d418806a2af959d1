package boxrun.daemon.engine.container;

import boxrun.daemon.engine.BoxId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Reaches the files of boxes. */
final class FileAccess {
    private final BoxLocks locks;
    private final LiveBoxes live;
    private final Starter starter;
    private final Remains remains;

    FileAccess(BoxLocks locks, LiveBoxes live, Starter starter, Remains remains) {
        this.locks = locks;
        this.live = live;
        this.starter = starter;
        this.remains = remains;
    }

    /** A stopped box is started for it, without a network, and its disk is not to be used otherwise meanwhile. */
    void with(BoxId id, Consumer<FileTransfer> action) {
        Optional<AgentLink> link = live.find(id);
        if (link.isPresent()) {
            action.accept(new FileTransfer(link.get()));
            return;
        }
        locks.exclusively(id, "reach the files of " + id, box -> {
            remains.ofProcesses(id, box);
            try (AgentLink forFiles = live.link(id, box, starter.startForFiles(id, box))) {
                action.accept(new FileTransfer(forFiles));
                forFiles.connection().stop(Duration.ZERO);
            } finally {
                remains.ofProcesses(id, box);
            }
        });
    }
}
