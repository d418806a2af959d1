package boxrun.daemon.box;

import boxrun.api.BoxStatus;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.FileSink;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;

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
        onDisk(idOrName, id -> {
            engine.copyIn(id, boxDirectory, tar);
            return boxDirectory;
        });
    }

    /** Writes a tar stream of a path of the box; {@code FILE_NOT_FOUND} when there is none. */
    public void copyOut(String idOrName, String path, OutputStream tar) {
        onDisk(idOrName, id -> {
            engine.copyOut(id, path, tar);
            return path;
        });
    }

    /** Writes a file of the box, as {@link Engine#writeFile} says; returns its path. */
    public String writeFile(String idOrName, String path, String name, InputStream content) {
        return onDisk(idOrName, id -> engine.writeFile(id, path, name, content));
    }

    /** Reads a file of the box, as {@link Engine#readFile} says. */
    public void readFile(String idOrName, String path, FileSink sink) {
        onDisk(idOrName, id -> {
            engine.readFile(id, path, sink);
            return path;
        });
    }

    /** While a box does not run, nobody can start it meanwhile: one disk must not be in use twice. */
    private <T> T onDisk(String idOrName, Function<BoxId, T> work) {
        BoxEntry entry = book.registry().find(idOrName);
        if (entry.box().status() == BoxStatus.RUNNING) {
            return work.apply(entry.id());
        }
        return book.changed(idOrName, locked -> work.apply(locked.id()));
    }
}
