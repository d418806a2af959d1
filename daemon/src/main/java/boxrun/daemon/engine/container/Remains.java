package boxrun.daemon.engine.container;

import boxrun.daemon.engine.BoxId;
import boxrun.daemon.store.Failpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Removes what there is of a box, whatever state a killed daemon or runtime has left it in. */
final class Remains {
    private final HostSupport support;

    Remains(HostSupport support) {
        this.support = support;
    }

    /** Ends what runs and removes all but the disk. */
    void ofProcesses(BoxId id, BoxDirectory box) throws IOException, InterruptedException {
        if (!Files.exists(box.engine())) {
            return;
        }
        Optional<Running> running = Records.read(box.running(), Running.class);
        if (running.isPresent()) {
            running.get().process().killAndWait();
        } else {
            endStragglers(id);
        }
        support.network().disconnect(box);
        if (running.isPresent()) {
            // With their first process all of the box's have gone; the runtime would take as long as for a start.
            OwnFiles.remove(box.runtime());
        } else if (Files.exists(box.runtime())) {
            support.runtime().delete(box, id, support.cgroups().manager());
        }
        // Not before: a box of which nobody knows the processes is ended by the runtime.
        DiskWatch.awaitEnd(box);
        Failpoint.reached("remains.runtime");
        support.cgroups().remove(id);
        Files.deleteIfExists(box.socket());
        Files.deleteIfExists(box.pidFile());
        Files.deleteIfExists(box.running());
    }

    /**
     * A runtime that was killed in the middle of a start can leave a child that goes on with it: a fork, with the same
     * words as its parent, which end with the box's id, until it becomes the agent in the box's control groups.
     */
    private void endStragglers(BoxId id) throws IOException, InterruptedException {
        List<ProcessIdentity> stragglers = stragglers(id);
        while (!stragglers.isEmpty()) {
            for (ProcessIdentity straggler : stragglers) {
                straggler.killAndWait();
            }
            stragglers = stragglers(id);
        }
    }

    private List<ProcessIdentity> stragglers(BoxId id) throws IOException {
        List<ProcessIdentity> stragglers = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            List<String> words = words(process.pid());
            if (words.contains("run")
                    && words.contains("--detach")
                    && words.getLast().equals(id.value())) {
                ProcessIdentity.of(process.pid()).ifPresent(stragglers::add);
            }
        }
        // Afterwards: who was in neither of these places is in none any more.
        stragglers.addAll(support.cgroups().processes(id));
        return stragglers;
    }

    private static List<String> words(long pid) {
        try {
            return List.of(Files.readString(
                                    Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                            .split("\0", -1))
                    .stream()
                    .filter(word -> !word.isEmpty())
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Removes the disk and with it everything of the engine's. */
    void ofDisk(BoxDirectory box) throws IOException {
        if (!Files.exists(box.disk())) {
            OwnFiles.remove(box.engine());
        } else {
            // What a box could write to is the launcher's.
            support.launcher()
                    .run(
                            "remove the disk of a box",
                            "remove",
                            List.of(box.engine().toString()));
        }
        Files.deleteIfExists(box.socket());
        try {
            Files.deleteIfExists(box.box());
        } catch (DirectoryNotEmptyException | NoSuchFileException recordIsThere) {
            return; // the record beside it is the caller's
        }
    }
}
