package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.StartExec;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes a box that stays and runs a command in it.
 *
 * @param command absent when only the box is wanted
 * @param detached print the box's id and do not wait
 */
record RunKept(MakeBox box, Optional<StartExec> command, boolean detached) implements Action {
    @Override
    public int run(Session session) throws IOException, InterruptedException {
        Box made = box.make(session);
        if (!detached) {
            StartExec exec = command.orElseThrow();
            Action shown = Objects.requireNonNullElse(exec.tty(), false)
                    ? new TerminalAction(made.id(), exec, Optional.empty(), "none")
                    : new ExecAction(made.id(), exec);
            return shown.run(session);
        }
        BoxrunClient daemon = session.daemon().get();
        command.ifPresent(exec -> daemon.execs(made.id()).start(exec));
        session.console().print(made.id() + "\n");
        return 0;
    }
}
