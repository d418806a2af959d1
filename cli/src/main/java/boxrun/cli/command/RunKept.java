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
 * @param session how its terminal lives on when the user leaves
 * @param detached print the box's id and do not wait
 */
record RunKept(MakeBox box, Optional<StartExec> command, Optional<SessionOption> session, boolean detached)
        implements Action {
    @Override
    public int run(Session here) throws IOException, InterruptedException {
        Box made = box.make(here);
        if (!detached) {
            StartExec exec = command.orElseThrow();
            Action shown = Objects.requireNonNullElse(exec.tty(), false)
                    ? new TerminalAction(NamedBox.label(made), exec, session)
                    : new ExecAction(made.id(), exec);
            return shown.run(here);
        }
        BoxrunClient daemon = here.daemon().get();
        command.ifPresent(exec -> daemon.execs(made.id()).start(exec));
        here.console().print(made.id() + "\n");
        return 0;
    }
}
