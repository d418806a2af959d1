package boxrun.cli.command;

import boxrun.cli.doctor.Doctor;
import boxrun.cli.doctor.Finding;
import boxrun.cli.doctor.Finding.Result;
import boxrun.cli.doctor.Machine;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Palette;
import boxrun.cli.print.Table;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun doctor}. */
public final class DoctorCommand implements Command {
    private static final int SICK = 1;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "doctor",
                " [OPTIONS]",
                "Check what boxes need of this machine, and say how to mend it",
                "Looks at the kernel, user namespaces, control groups, programs, the state directory and the daemon, which",
                "is started when it does not run. What is missing is followed by the command that mends it. A failed",
                "check means that no box runs; a warning, that something they can ask for is missing.",
                "",
                "The exit code is 1 when a check has failed, and 0 with warnings only.");
        FormatOption.addTo(spec, "Check");
        spec.usageMessage().footer("boxrun doctor", "boxrun doctor --format '{{.Result}} {{.Check}}: {{.Message}}'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new Examine(FormatOption.read(parsed));
    }

    private record Examine(Listing listing) implements Action {
        @Override
        public int run(Session session) throws IOException {
            Machine machine = Machine.ofThisProcess(session.here().environment());
            List<Finding> findings = new Doctor(machine, session.settings().get(), session.daemon()).examine();
            session.console()
                    .print(FormatOption.text(
                            listing,
                            findings.stream().map(Finding::json).toList(),
                            list -> table(findings, session.palette())));
            return findings.stream().anyMatch(finding -> finding.result() == Result.FAILED) ? SICK : 0;
        }
    }

    static Table table(List<Finding> findings, Palette palette) {
        Table table = new Table("RESULT", "CHECK", "FOUND");
        for (Finding finding : findings) {
            table.row(finding.result().name().toLowerCase(Locale.ROOT), finding.check(), finding.message());
            switch (finding.result()) {
                case OK -> table.paint(0, palette::green);
                case WARNING -> table.paint(0, palette::yellow);
                case FAILED -> table.paint(0, palette::red);
            }
            if (!finding.fix().isEmpty()) {
                table.row("", "fix:", finding.fix()).paint(2, palette::bold);
            }
        }
        return table;
    }
}
