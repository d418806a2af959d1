package boxrun.api;

import org.jspecify.annotations.Nullable;

/**
 * A TCP port of a box that can be reached on the host.
 *
 * @param hostIp the host's IPv4 address that it is reached at; absent means 127.0.0.1, in answers it is always there
 * @param hostPort 0 in a request means any port that is free
 */
public record Port(@Nullable String hostIp, int hostPort, int guestPort) {}
