package boxrun.http;

/**
 * A server-sent event.
 *
 * @param type {@code message} unless the server named one
 * @param lastId the id of this event or of the last one before it that had one; empty when there was none
 */
public record SseEvent(String type, String data, String lastId) {}
