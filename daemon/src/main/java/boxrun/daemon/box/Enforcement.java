package boxrun.daemon.box;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.Capabilities;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What is done about limits that this host cannot enforce: whoever asks for one is told, or no box is made. */
final class Enforcement {
    private final Capabilities capabilities;
    private final boolean strict;

    /** The limits of a box. */
    enum Limit {
        CPU("cpu", "cpu", "CPUs"),
        MEMORY("memory_mb", "memory", "memory"),
        DISK("disk_size_gb", "disk", "disk"),
        PIDS("pids", "pids", "processes");

        private final String field;
        private final String capability;
        private final String words;

        Limit(String field, String capability, String words) {
            this.field = field;
            this.capability = capability;
            this.words = words;
        }
    }

    /** @param strict whether no box is made that is not held in by all limits, its defaults included */
    Enforcement(Capabilities capabilities, boolean strict) {
        this.capabilities = capabilities;
        this.strict = strict;
    }

    /** A sentence for each limit that was asked for and is not enforced; none where {@link #check} refuses the box. */
    List<String> warnings(Set<Limit> asked) {
        return lacking().stream()
                .filter(limit -> !strict && asked.contains(limit))
                .map(limit -> limit.field + " is not enforced: this host cannot limit the " + limit.words + " of a box")
                .toList();
    }

    /** Refuses a box with {@code UNSUPPORTED} when it has to be strict and cannot. */
    void check() {
        List<String> lacking = lacking().stream().map(limit -> limit.words).toList();
        if (strict && !lacking.isEmpty()) {
            throw new ProblemException(
                            ErrorCode.UNSUPPORTED,
                            "this host cannot limit the " + String.join(" and ", lacking)
                                    + " of a box, and BOXRUN_LIMITS=strict wants all limits enforced")
                    .hint("see the reasons with: boxrun info; BOXRUN_LIMITS=warn makes boxes without those limits");
        }
    }

    private List<Limit> lacking() {
        return Arrays.stream(Limit.values())
                .filter(limit -> !capabilities.enforced().getOrDefault(limit.capability, false))
                .toList();
    }
}
