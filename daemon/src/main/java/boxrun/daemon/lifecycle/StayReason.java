package boxrun.daemon.lifecycle;

import java.util.Optional;

/** Something that may keep the daemon from leaving when it is idle. */
@FunctionalInterface
public interface StayReason {

    /** In a few words for people, such as {@code 2 boxes run}; empty when it would not mind. */
    Optional<String> now();
}
