package boxrun.cli.command;

import java.util.List;
import java.util.Optional;

/** All commands. A command is made only when it is asked for by name: making all of them would cost start-up time. */
public interface Catalog {
    /** Names that belong together, under a title, in the order in which people read them. */
    record Group(String title, List<String> names) {
        public Group {
            names = List.copyOf(names);
        }
    }

    /** Every name, once. */
    List<Group> groups();

    Optional<Command> named(String name);

    /** All names in the order of the groups. */
    default List<String> names() {
        return groups().stream().flatMap(group -> group.names().stream()).toList();
    }
}
