package boxrun.cli.command;

import boxrun.cli.connect.DaemonConnector;
import boxrun.client.BoxrunClient;
import boxrun.client.Greeting;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun daemon}: the daemon of this user on this machine. */
public final class DaemonCommand implements Command {
    private static final List<String> ACTIONS = List.of("status", "start", "stop", "restart", "logs");
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final int NOT_RUNNING = 1;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "daemon",
                " status|start|stop|restart|logs",
                "Look after the daemon",
                "The daemon is started by the first command that needs it and leaves when it has had nothing to do for",
                "BOXRUN_IDLE_TIMEOUT, so that it rarely needs looking after. Boxes and their commands go on when it",
                "stops; the next daemon takes them over.",
                "",
                "status exits with 1 when no daemon runs.");
        spec.addOption(Options.flag("-f, --follow", "with logs: go on as the log grows"));
        spec.addPositional(Options.argument("ACTION", ACTIONS, "status, start, stop, restart or logs"));
        spec.usageMessage().footer("boxrun daemon status", "boxrun daemon logs -f");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        String action = Options.argument(parsed)
                .orElseThrow(() ->
                        new UsageException("missing argument ACTION").hint("one of " + String.join(", ", ACTIONS)));
        boolean follow = Options.has(parsed, "--follow");
        if (follow && !action.equals("logs")) {
            throw new UsageException("--follow goes with logs only");
        }
        return switch (action) {
            case "status" -> session -> status(session);
            case "start" -> session -> start(session);
            case "stop" -> session -> stop(session);
            case "restart" ->
                session -> {
                    connector(session).stop();
                    return start(session);
                };
            case "logs" -> session -> logs(session, follow);
            default ->
                throw new UsageException("no action '" + action + "' of daemon")
                        .hint("one of " + String.join(", ", ACTIONS));
        };
    }

    private static Settings settings(Session session) {
        Settings settings = session.settings().get();
        settings.text(Setting.HOST).ifPresent(host -> {
            throw new UsageException("'boxrun daemon' is about the daemon of this machine, not the one at " + host)
                    .hint("leave out --host, and unset BOXRUN_HOST");
        });
        return settings;
    }

    private static DaemonConnector connector(Session session) {
        return DaemonConnector.local(
                settings(session), note -> session.console().say("boxrun: " + note));
    }

    private static int status(Session session) throws IOException {
        Optional<BoxrunClient> daemon = connector(session).running();
        Home home = Home.of(settings(session));
        if (daemon.isEmpty()) {
            session.console().print("not running (state directory " + home.root() + ")\n");
            return NOT_RUNNING;
        }
        Greeting greeting = daemon.get().greet(ANSWER_WITHIN);
        session.console()
                .print("running\nversion: %s (%s)\npid: %d\nsocket: %s\nlog: %s\n"
                        .formatted(
                                greeting.version(), greeting.build(), greeting.pid(), home.socket(), home.daemonLog()));
        return 0;
    }

    private static int start(Session session) throws IOException {
        Greeting greeting = connector(session).connect().greet(ANSWER_WITHIN);
        session.console().print("running, pid " + greeting.pid() + "\n");
        return 0;
    }

    private static int stop(Session session) throws IOException, InterruptedException {
        session.console().print(connector(session).stop() ? "stopped\n" : "not running\n");
        return 0;
    }

    private static int logs(Session session, boolean follow) throws IOException, InterruptedException {
        Path log = Home.of(settings(session)).daemonLog();
        if (!Files.exists(log)) {
            throw new UsageException("there is no log yet: no daemon was ever started in " + log.getParent());
        }
        try (InputStream lines = Files.newInputStream(log)) {
            lines.transferTo(session.console().out());
            session.console().out().flush();
            while (follow) {
                Thread.sleep(LOOK_AGAIN);
                lines.transferTo(session.console().out());
                session.console().out().flush();
            }
        }
        return 0;
    }
}
