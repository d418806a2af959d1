package boxrun.client;

import boxrun.api.BoxEvent;
import boxrun.api.ExecEvent;
import boxrun.api.MissedEvents;

/** What the daemon tells of boxes and commands; {@code id} is what to go on after. */
public sealed interface LifeEvent {
    long id();

    /** Something happened to a box. */
    record OfBox(long id, BoxEvent event) implements LifeEvent {}

    /** Something happened to a command. */
    record OfExec(long id, ExecEvent event) implements LifeEvent {}

    /** The reader was too slow, or came too late, for some of it. */
    record Missed(long id, MissedEvents events) implements LifeEvent {}
}
