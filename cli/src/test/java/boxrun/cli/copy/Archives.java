package boxrun.cli.copy;

import boxrun.cli.copy.TarSource.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Archives of a test's making, honest and other. */
final class Archives {
    private Archives() {}

    /** Gives the items, and then the end. */
    static TarSource source(Item... items) {
        List<Item> left = new ArrayList<>(List.of(items));
        return new TarSource() {
            @Override
            public Optional<Item> next() {
                return left.isEmpty() ? Optional.empty() : Optional.of(left.removeFirst());
            }

            @Override
            public void close() {}
        };
    }

    static byte[] archive(Item... items) throws IOException {
        return new TarStream(source(items)).readAllBytes();
    }

    static Item item(TarEntry.Type type, String name, String link) {
        return item(type, name, 0755, link);
    }

    static Item item(TarEntry.Type type, String name, int mode, String link) {
        return new Item(new TarEntry(type, name, mode, 0, 0, 0, 1_000_000_000, link), InputStream.nullInputStream());
    }

    static Item directory(String name) {
        return item(TarEntry.Type.DIRECTORY, name, "");
    }

    static Item link(String name, String target) {
        return item(TarEntry.Type.SYMBOLIC_LINK, name, target);
    }

    static Item file(String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return file(name, bytes.length, new ByteArrayInputStream(bytes));
    }

    static Item file(String name, long size, InputStream content) {
        return new Item(new TarEntry(TarEntry.Type.FILE, name, 0644, 0, 0, size, 1_000_000_000, ""), content);
    }

    /** Unpacks as a copy from a box does; returns what was refused. */
    static List<String> unpack(InputStream archive, Path directory, String name) throws IOException {
        List<String> notes = new ArrayList<>();
        try (TarReader reader = new TarReader(archive);
                Unpacker unpacker = new Unpacker(directory, name.isEmpty() ? 0 : 1, new Refusals(notes::add))) {
            unpacker.unpack(new Rerooted(reader, reader.next().orElseThrow(), name));
        }
        return notes;
    }

    static List<String> unpack(byte[] archive, Path directory, String name) throws IOException {
        return unpack(new ByteArrayInputStream(archive), directory, name);
    }
}
