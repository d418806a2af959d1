package boxrun.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/** The ids that a user's boxes can have beside the user's own. */
final class IdChecks {
    private static final String RANGES = "ranges of ids";

    private IdChecks() {}

    static List<Finding> of(Machine machine) {
        if (machine.isRoot()) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        boolean both = isGranted(machine, "/etc/subuid") && isGranted(machine, "/etc/subgid");
        findings.add(
                both
                        ? Finding.ok(RANGES, machine.user() + " has ranges in /etc/subuid and /etc/subgid")
                        : Finding.warning(
                                RANGES,
                                machine.user()
                                        + " has none in /etc/subuid and /etc/subgid: a box has the user root only",
                                "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                                        + machine.user()));
        if (both
                && (machine.program("newuidmap").isEmpty()
                        || machine.program("newgidmap").isEmpty())) {
            findings.add(Finding.failed(
                    "newuidmap",
                    "there are no programs newuidmap and newgidmap to use them",
                    "sudo apt install uidmap"));
        }
        return findings;
    }

    /** subuid(5): {@code user:first:count}, where the user may be a number. */
    private static boolean isGranted(Machine machine, String file) {
        return machine.text(file)
                .orElse("")
                .lines()
                .map(line -> line.strip().split(":", -1))
                .anyMatch(part -> part.length == 3
                        && (part[0].equals(machine.user()) || part[0].equals(Long.toString(machine.uid()))));
    }
}
