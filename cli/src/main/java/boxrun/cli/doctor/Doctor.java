package boxrun.cli.doctor;

import boxrun.client.BoxrunClient;
import boxrun.config.Setting;
import boxrun.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** All checks, in the order in which their fixes make sense. */
public final class Doctor {
    private final Machine machine;
    private final Settings settings;
    private final Supplier<BoxrunClient> daemon;

    /** @param daemon finds or starts it, and is asked once */
    public Doctor(Machine machine, Settings settings, Supplier<BoxrunClient> daemon) {
        this.machine = machine;
        this.settings = settings;
        this.daemon = daemon;
    }

    public List<Finding> examine() {
        if (settings.text(Setting.HOST).isPresent()) {
            // Another machine's: only its daemon can be asked.
            return List.of(DaemonCheck.of(daemon, false).finding());
        }
        List<Finding> findings = new ArrayList<>();
        findings.addAll(KernelChecks.of(machine));
        findings.addAll(NamespaceChecks.of(machine));
        findings.addAll(IdChecks.of(machine));
        findings.addAll(ProgramChecks.of(machine, settings.text(Setting.RUNTIME).orElse("crun")));
        findings.addAll(StateChecks.of(settings));
        DaemonCheck.Outcome outcome = DaemonCheck.of(daemon, true);
        findings.add(CgroupChecks.of(machine, outcome.info()));
        CgroupChecks.afterLogout(machine).ifPresent(findings::add);
        findings.add(outcome.finding());
        return findings;
    }
}
