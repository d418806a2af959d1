package boxrun.daemon.agent;

/**
 * A limit that a command is started with.
 *
 * @param resource Linux's number of it, for example 7 for RLIMIT_NOFILE
 * @param soft, hard as setrlimit(2) takes them; -1 is no limit
 */
public record ResourceLimit(int resource, long soft, long hard) {
    public ResourceLimit {
        if (resource < 0 || resource > 0xff) {
            throw new IllegalArgumentException("not the number of a resource: " + resource);
        }
    }
}
