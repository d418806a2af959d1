package boxrun.daemon.oci;

import java.util.List;
import java.util.Map;

/** What an image's configuration says about the processes to run in it. */
public record ImageConfig(String architecture, String os, Defaults defaults, List<Digest> diffIds) {
    public ImageConfig {
        diffIds = List.copyOf(diffIds);
    }

    /**
     * The defaults for a command.
     *
     * @param env its environment
     * @param workdir absolute, or empty for none
     * @param user empty for root
     */
    public record Defaults(
            List<String> entrypoint, List<String> cmd, Map<String, String> env, String workdir, String user) {
        public static final Defaults NONE = new Defaults(List.of(), List.of(), Map.of(), "", "");

        public Defaults {
            entrypoint = List.copyOf(entrypoint);
            cmd = List.copyOf(cmd);
            env = Map.copyOf(env);
        }
    }
}
