package boxrun.daemon.launcher;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Which ids of the host the users and groups of a box are.
 *
 * <ul>
 *   <li>A daemon of root gives every box one range of ids that belong to nobody: box root has no power over anything.
 *   <li>A user's daemon makes the user root of the box; the other ids are the user's range in /etc/subuid.
 *   <li>A user without such a range gets boxes with one id only: files cannot belong to anyone but root there.
 * </ul>
 *
 * @param privileged whether the daemon is root
 */
public record IdMap(List<IdExtent> users, List<IdExtent> groups, boolean privileged) {
    public IdMap {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    /** Whether a box has more than one id. */
    public boolean complete() {
        return users.size() > 1 || users.getFirst().count() > 1;
    }

    /** The host's id of root in a box. */
    public long rootUser() {
        return users.getFirst().outside();
    }

    /** The host's id of the group root in a box. */
    public long rootGroup() {
        return groups.getFirst().outside();
    }

    /** The two words that the launcher's subcommands take. */
    public List<String> words() {
        return List.of(word(users), word(groups));
    }

    private static String word(List<IdExtent> extents) {
        return extents.stream().map(IdExtent::toString).collect(Collectors.joining(","));
    }
}
