package boxrun.api;

import org.jspecify.annotations.Nullable;

/**
 * The data of the {@code event: listening} of {@code POST /v1/listen}.
 *
 * @param url where clients find the daemon: {@code http://127.0.0.1:9090}
 * @param tokenFile the file of the token; null when none is asked for, or the request gave it
 */
public record Listening(String url, @Nullable String tokenFile) {}
