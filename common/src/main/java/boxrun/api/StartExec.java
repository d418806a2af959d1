package boxrun.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/boxes/{id}/exec}: only {@code cmd} is required.
 *
 * @param timeoutMs milliseconds after which the whole process tree is ended
 * @param stdin true when a request to {@code …/stdin} will follow; otherwise stdin is /dev/null
 * @param user {@code name|uid[:group|gid]}; absent means the image's user
 * @param tty true to run the command on a terminal of its own
 */
public record StartExec(
        @Nullable List<String> cmd,
        @Nullable Map<String, String> env,
        @Nullable String workdir,
        @Nullable Long timeoutMs,
        @Nullable Boolean stdin,
        @Nullable String user,
        @Nullable Boolean tty) {}
