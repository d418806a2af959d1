package boxrun.cli.copy;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Gives the entries of a tree one after the other; closing it lets go of what they come from. */
interface TarSource extends Closeable {
    /** An entry with its content, which is to be read before the next entry is asked for. */
    record Item(TarEntry entry, InputStream content) {}

    /** The next entry; empty at the end. */
    Optional<Item> next() throws IOException;
}
