package boxrun.cli.copy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tree under another name. Its first entry is its root, and what comes after it has to be below that: a name that is
 * absolute, has {@code ..} in it or is elsewhere was never written by a daemon of ours, and ends the copying.
 */
final class Rerooted implements TarSource {
    private final TarSource source;
    private final String name;
    private final List<String> root;
    private Optional<Item> first;

    /**
     * A tree whose first entry has been taken already.
     *
     * @param name of the root; empty for what is in the root, without the root itself
     */
    Rerooted(TarSource source, Item first, String name) throws DamagedArchiveException {
        this.source = source;
        this.name = name;
        this.root = components(first.entry().name());
        this.first = Optional.of(first);
    }

    @Override
    public Optional<Item> next() throws IOException {
        Optional<Item> next = first.isPresent() ? first : source.next();
        first = Optional.empty();
        while (next.isPresent()) {
            TarEntry entry = next.get().entry();
            String renamed = renamed(entry.name());
            if (!renamed.isEmpty()) {
                TarEntry here = entry.withName(renamed);
                // A hard link names another entry, by that entry's name.
                here = entry.type() == TarEntry.Type.HARD_LINK ? here.withLink(renamed(entry.link())) : here;
                return Optional.of(new Item(here, next.get().content()));
            }
            if (entry.type() != TarEntry.Type.DIRECTORY) {
                throw new DamagedArchiveException("its root is " + entry.type().words());
            }
            next = source.next();
        }
        return Optional.empty();
    }

    private String renamed(String path) throws DamagedArchiveException {
        List<String> components = components(path);
        if (components.size() < root.size()
                || !components.subList(0, root.size()).equals(root)) {
            throw new DamagedArchiveException(Names.shown(path) + " is not in what was asked for");
        }
        List<String> renamed = new ArrayList<>();
        if (!name.isEmpty()) {
            renamed.add(name);
        }
        renamed.addAll(components.subList(root.size(), components.size()));
        return String.join("/", renamed);
    }

    private static List<String> components(String path) throws DamagedArchiveException {
        if (path.startsWith("/")) {
            throw new DamagedArchiveException(Names.shown(path) + " is an absolute path");
        }
        List<String> components = new ArrayList<>();
        for (String component : path.split("/", -1)) {
            if (component.equals("..") || component.indexOf(0) >= 0) {
                throw new DamagedArchiveException(Names.shown(path) + " leads out of it");
            }
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        return components;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
