package boxrun.cli.copy;

import java.io.IOException;
import java.util.Optional;

/** A tree that belongs to root, whoever it belongs to. */
record OfRoot(TarSource source) implements TarSource {
    @Override
    public Optional<Item> next() throws IOException {
        return source.next().map(item -> new Item(item.entry().ofOwner(0, 0), item.content()));
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
