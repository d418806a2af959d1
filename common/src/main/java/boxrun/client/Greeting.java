package boxrun.client;

/**
 * Who a daemon is. Only this much of {@code GET /v1/info} is read from a daemon of an unknown build.
 *
 * @param build differs when the code may differ
 * @param pid the daemon's process id
 */
public record Greeting(String version, String build, long pid) {}
