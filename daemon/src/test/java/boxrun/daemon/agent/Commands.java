package boxrun.daemon.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Specs of commands for the tests. */
final class Commands {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private Commands() {}

    /** A command as root in / with a PATH, with an id of its own, and with input. */
    static CommandSpec command(String... argv) {
        return new CommandSpec(
                "exec_" + COUNTER.incrementAndGet(),
                List.of(argv),
                Map.of("PATH", "/usr/bin:/bin"),
                "/",
                "",
                Optional.empty(),
                true,
                List.of());
    }

    /** The same on a terminal. */
    static CommandSpec onTerminal(CommandSpec spec, int columns, int rows) {
        return new CommandSpec(
                spec.id(),
                spec.argv(),
                spec.env(),
                spec.workdir(),
                spec.user(),
                Optional.of(new WindowSize(columns, rows)),
                true,
                spec.limits());
    }

    static CommandSpec withoutInput(CommandSpec spec) {
        return new CommandSpec(
                spec.id(), spec.argv(), spec.env(), spec.workdir(), spec.user(), spec.terminal(), false, spec.limits());
    }

    static CommandSpec as(CommandSpec spec, String user, String workdir) {
        return new CommandSpec(
                spec.id(), spec.argv(), spec.env(), workdir, user, spec.terminal(), spec.stdin(), spec.limits());
    }

    static CommandSpec with(CommandSpec spec, Map<String, String> env, ResourceLimit... limits) {
        return new CommandSpec(
                spec.id(),
                spec.argv(),
                env,
                spec.workdir(),
                spec.user(),
                spec.terminal(),
                spec.stdin(),
                List.of(limits));
    }
}
