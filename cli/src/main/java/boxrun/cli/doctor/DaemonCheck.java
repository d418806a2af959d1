package boxrun.cli.doctor;

import boxrun.api.DaemonInfo;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.config.Version;
import java.util.Optional;
import java.util.function.Supplier;

/** The daemon: that one answers, or can be started, and that it is of our build. */
final class DaemonCheck {
    private static final String CHECK = "daemon";

    /** What was found; the daemon's own words where it answers. */
    record Outcome(Finding finding, Optional<DaemonInfo> info) {}

    private DaemonCheck() {}

    static Outcome of(Supplier<BoxrunClient> daemon, boolean ofThisMachine) {
        DaemonInfo info;
        try {
            info = daemon.get().info();
        } catch (ProblemException e) {
            return new Outcome(
                    Finding.failed(CHECK, e.message(), e.hint().orElse("boxrun daemon logs")), Optional.empty());
        } catch (ConnectionException e) {
            return new Outcome(
                    Finding.failed(CHECK, e.message(), ofThisMachine ? "boxrun daemon restart" : ""), Optional.empty());
        }
        String who = "boxrun " + info.version() + " (" + info.build() + "), process " + info.pid();
        Finding finding = ofThisMachine || info.build().equals(Version.current().build())
                ? Finding.ok(CHECK, who)
                : Finding.warning(CHECK, who + "; this program is boxrun " + Version.current(), "");
        return new Outcome(finding, Optional.of(info));
    }
}
