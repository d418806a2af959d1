package boxrun.daemon.event;

import boxrun.api.BoxEvent;
import boxrun.api.ExecEvent;
import boxrun.api.MissedEvents;

/** An element of the history, or what a reader gets in place of those that it came too late for. */
public sealed interface Happening {
    long id();

    /** Something happened to a box. */
    record OfBox(long id, BoxEvent event) implements Happening {}

    /** Something happened to a command. */
    record OfExec(long id, ExecEvent event) implements Happening {}

    /** Something happened that is not known any more. */
    record Missed(long id, MissedEvents events) implements Happening {}

    /** Whether it concerns a box; who watches one box wants to know what was missed, too. */
    default boolean concerns(String box) {
        return switch (this) {
            case OfBox(long id, BoxEvent event) -> event.id().equals(box);
            case OfExec(long id, ExecEvent event) -> event.boxId().equals(box);
            case Missed missed -> true;
        };
    }
}
