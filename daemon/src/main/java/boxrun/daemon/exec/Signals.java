package boxrun.daemon.exec;

import boxrun.daemon.box.Checks;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Signals by name, as Linux numbers them on all architectures that boxes run on. */
public final class Signals {
    /** In order: the first is number 1. */
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /** The number of {@code INT}, {@code SIGINT} or {@code 2}. */
    public static int number(@Nullable String signal) {
        if (signal == null) {
            throw Checks.refusal("signal is required: a name such as INT or TERM");
        }
        String name = signal.toUpperCase(Locale.ROOT);
        int at = NAMES.indexOf(name.startsWith("SIG") ? name.substring(3) : name);
        if (at >= 0) {
            return at + 1;
        }
        if (signal.matches("[1-9][0-9]?") && Integer.parseInt(signal) <= 64) {
            return Integer.parseInt(signal);
        }
        throw Checks.refusal(
                "signal must be a name such as INT or TERM, or a number from 1 to 64, not \"" + signal + "\"");
    }

    /** {@code SIGKILL} for 9. */
    static String name(int number) {
        return number <= NAMES.size() ? "SIG" + NAMES.get(number - 1) : "signal " + number;
    }
}
