package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun wait}. */
public final class WaitCommand implements Command {
    private static final String EXITED = "exited";
    private static final String STOPPED = "stopped";
    private static final List<String> CONDITIONS = List.of(EXITED, STOPPED);

    /** How long one request asks the daemon to wait. */
    private static final Duration ONE_REQUEST = Duration.ofMinutes(10);

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "wait",
                " [OPTIONS] BOX [EXEC]...",
                "Wait until commands or boxes have ended",
                "Prints a line for each: the exit code of the command EXEC, or of the latest command of a box that is",
                "named alone; with --condition stopped the status of the box, or removed. What begins with exec_ is a",
                "command of the box before it.");
        spec.addOption(Options.choice(
                "--condition",
                CONDITIONS,
                "what to wait for: the end of a command, or of a box",
                "exited unless given."));
        spec.addPositional(
                Options.arguments("BOX [EXEC]", "1..*", "boxes, and the ids of commands, or their beginnings"));
        spec.usageMessage()
                .footer("boxrun wait web", "test \"$(boxrun wait web)\" = 0", "boxrun wait --condition stopped web db");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        if (Options.choice(parsed, "--condition", CONDITIONS).orElse(EXITED).equals(STOPPED)) {
            return new WaitForBoxes(Options.required(parsed));
        }
        return new WaitForExecs(BoxAndExec.readAll(parsed));
    }

    record WaitForExecs(List<BoxAndExec> targets) implements Action {
        WaitForExecs {
            targets = List.copyOf(targets);
        }

        @Override
        public int run(Session session) throws IOException {
            Asked asked = new Asked(session);
            for (BoxAndExec target : targets) {
                Exec exec = asked.once(target::find);
                while (exec.finishedAt() == null) {
                    Exec running = exec;
                    exec = asked.again(
                            daemon -> daemon.execs(running.boxId()).await(running.id(), ONE_REQUEST), running);
                }
                tell(session, String.valueOf(exec.exitCode()));
            }
            return 0;
        }
    }

    record WaitForBoxes(List<String> boxes) implements Action {
        WaitForBoxes {
            boxes = List.copyOf(boxes);
        }

        @Override
        public int run(Session session) throws IOException {
            Asked asked = new Asked(session);
            for (String name : boxes) {
                Box box = asked.once(daemon -> NamedBox.ask(daemon, name, daemon::box));
                tell(session, end(box, asked));
            }
            return 0;
        }

        private static String end(Box found, Asked asked) {
            Box box = found;
            try {
                while (box.status() == BoxStatus.RUNNING || box.status() == BoxStatus.CREATING) {
                    Box running = box;
                    box = asked.again(daemon -> daemon.await(running.id(), ONE_REQUEST), running);
                }
            } catch (ProblemException e) {
                if (e.code() != ErrorCode.BOX_NOT_FOUND) {
                    throw e;
                }
                return "removed";
            }
            return box.status().name().toLowerCase(Locale.ROOT);
        }
    }

    private static void tell(Session session, String line) throws IOException {
        session.console().print(line + "\n");
        session.console().out().flush();
    }

    /** The daemon, or the next one when it ends meanwhile. */
    private static final class Asked {
        private final Session session;
        private BoxrunClient daemon;

        Asked(Session session) {
            this.session = session;
            this.daemon = session.daemon().get();
        }

        <T> T once(Function<BoxrunClient, T> question) {
            return question.apply(daemon);
        }

        /** The answer; what was known before when there is another daemon to ask again. */
        <T> T again(Function<BoxrunClient, T> question, T before) {
            try {
                return question.apply(daemon);
            } catch (ConnectionException broken) {
                if (!broken.connected()) {
                    throw broken;
                }
                daemon = session.anyDaemon().get();
                return before;
            }
        }
    }
}
