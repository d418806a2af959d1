package boxrun.api;

/**
 * The data of an {@code event: missed}: those whose ids are above {@code after} and up to {@code upTo} are not kept any
 * more.
 */
public record MissedEvents(long after, long upTo) {}
