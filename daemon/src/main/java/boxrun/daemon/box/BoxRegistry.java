package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Which boxes there are, by id and by name. A name belongs to one box. */
final class BoxRegistry {
    private final Map<BoxId, BoxEntry> byId = new HashMap<>();
    private final Map<String, BoxEntry> byName = new HashMap<>();

    /** Takes in a box; {@code NAME_ALREADY_EXISTS} when another one has its name. */
    synchronized void add(BoxEntry entry) {
        String name = entry.box().name();
        if (name != null) {
            take(name, entry);
        }
        byId.put(entry.id(), entry);
    }

    private void take(String name, BoxEntry entry) {
        BoxEntry holder = byName.get(name);
        if (holder != null && holder != entry) {
            throw new ProblemException(ErrorCode.NAME_ALREADY_EXISTS, "the name " + name + " belongs to " + holder.id())
                    .hint("choose another name, or remove that box with: boxrun rm " + name);
        }
        byName.put(name, entry);
    }

    /**
     * Gives a box another name, and says whether it had not got it already; {@code NAME_ALREADY_EXISTS} when another
     * one has it.
     *
     * @param keep writes the change down; when it throws, the box keeps its name
     */
    synchronized boolean rename(BoxEntry entry, BoxRecord renamed, Consumer<BoxRecord> keep) {
        String before = entry.box().name();
        String after = renamed.box().name();
        if (after == null || after.equals(before)) {
            return false;
        }
        take(after, entry);
        try {
            keep.accept(renamed);
        } catch (RuntimeException failure) {
            byName.remove(after, entry);
            throw failure;
        }
        entry.record(renamed);
        if (before != null) {
            byName.remove(before, entry);
        }
        return true;
    }

    synchronized void remove(BoxEntry entry) {
        byId.remove(entry.id());
        String name = entry.box().name();
        if (name != null) {
            byName.remove(name, entry);
        }
        entry.markGone();
    }

    /** The box with this id or name; {@code BOX_NOT_FOUND} when there is none. */
    synchronized BoxEntry find(String idOrName) {
        Optional<BoxEntry> byIdentity =
                BoxId.isId(idOrName) ? Optional.ofNullable(byId.get(new BoxId(idOrName))) : Optional.empty();
        BoxEntry entry = byIdentity.orElse(byName.get(idOrName));
        if (entry == null) {
            throw notFound(idOrName);
        }
        return entry;
    }

    synchronized Optional<BoxEntry> find(BoxId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Newest first. */
    synchronized List<BoxEntry> all() {
        Collection<BoxEntry> entries = byId.values();
        return entries.stream()
                .sorted(Comparator.comparing((BoxEntry entry) -> entry.box().createdAt())
                        .reversed()
                        .thenComparing(entry -> entry.id().value()))
                .toList();
    }

    static ProblemException notFound(String idOrName) {
        return new ProblemException(ErrorCode.BOX_NOT_FOUND, "there is no box with the id or name " + idOrName)
                .hint("see the boxes there are with: boxrun ls --all");
    }

    static String label(Box box) {
        String name = box.name();
        return name == null ? box.id() : name;
    }
}
