package boxrun.daemon.box;

import boxrun.api.BoxStatus;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.FileSink;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BiFunction;

/** The files of boxes that run or are stopped. */
public final class BoxFiles {
    private final Engine engine;
    private final BoxBook book;

    BoxFiles(Engine engine, BoxBook book) {
        this.engine = engine;
        this.book = book;
    }

    /** Unpacks a tar stream below a directory of the box, which is made when missing. */
    public void copyIn(String idOrName, String boxDirectory, InputStream tar) {
        onDisk(idOrName, (id, patience) -> {
            engine.copyIn(id, boxDirectory, patience.from(tar));
            return boxDirectory;
        });
    }

    /** Writes a tar stream of a path of the box; {@code FILE_NOT_FOUND} when there is none. */
    public void copyOut(String idOrName, String path, OutputStream tar) {
        onDisk(idOrName, (id, patience) -> {
            engine.copyOut(id, path, patience.to(tar));
            return path;
        });
    }

    /** Writes a file of the box, as {@link Engine#writeFile} says; returns its path. */
    public String writeFile(String idOrName, String path, String name, InputStream content) {
        return onDisk(idOrName, (id, patience) -> engine.writeFile(id, path, name, patience.from(content)));
    }

    /** Reads a file of the box, as {@link Engine#readFile} says. */
    public void readFile(String idOrName, String path, FileSink sink) {
        onDisk(idOrName, (id, patience) -> {
            engine.readFile(id, path, patience.to(sink));
            return path;
        });
    }

    /**
     * While a box does not run, nobody can start it meanwhile: one disk must not be in use twice. Whoever wants to
     * waits for the transfer, but not for a client that does nothing.
     */
    private <T> T onDisk(String idOrName, BiFunction<BoxId, Patience, T> work) {
        BoxEntry entry = book.registry().find(idOrName);
        if (entry.box().status() == BoxStatus.RUNNING) {
            return work.apply(entry.id(), Patience.endless());
        }
        return book.changed(idOrName, locked -> {
            String what = "a transfer of files of " + locked.id();
            try (Patience patience = new Patience(locked.lock()::hasQueuedThreads, Patience.WITH_A_CLIENT, what)) {
                return work.apply(locked.id(), patience.watch());
            }
        });
    }
}
