package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.Listen;
import boxrun.api.Listening;
import boxrun.api.ProblemException;
import boxrun.cli.connect.DaemonConnector;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.client.OpenDoor;
import boxrun.config.Setting;
import boxrun.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun serve}: the daemon of this user over TCP too, for as long as this command runs. */
public final class ServeCommand implements Command {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PORT = 0xffff;

    /** How long after the orderly end of a daemon the next one may come: a restart, or a newer boxrun. */
    private static final Duration SUCCESSOR_WITHIN = Duration.ofSeconds(10);

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "serve",
                " [OPTIONS]",
                "Let programs use the daemon over TCP",
                "Until Ctrl-C the daemon of this user answers on a TCP port too; boxes go on afterwards. It is started",
                "when it does not run, and again when it is killed.",
                "",
                "Every request needs a token, 'Authorization: Bearer TOKEN': BOXRUN_TOKEN where it is set, otherwise",
                "that of the file 'token' in the state directory, which is made when it is not there. Whoever has it",
                "can do what you can. Nothing is encrypted.");
        spec.addOption(Options.value("--host", "HOST", "name or address to listen at (127.0.0.1)"));
        spec.addOption(
                Options.value("--port", "PORT", "port to listen on (9090, or BOXRUN_PORT); 0 means any free one"));
        spec.addOption(Options.flag(
                "--no-token",
                "ask for no token, on the loopback only",
                "Every user and program of this machine can then use your boxes, and through volumes your files."));
        spec.usageMessage().footer("boxrun serve", "boxrun serve --host 0.0.0.0 --port 8080");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new Serve(
                Options.value(parsed, "--host").orElse(LOOPBACK),
                Options.value(parsed, "--port").map(ServeCommand::port),
                Options.has(parsed, "--no-token"));
    }

    private static int port(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > MAX_PORT) {
            throw new UsageException(
                    "bad value for --port: expected a whole number from 0 to " + MAX_PORT + ", got \"" + text + '"');
        }
        return Integer.parseInt(text);
    }

    private record Serve(String host, Optional<Integer> port, boolean noToken) implements Action {
        @Override
        public int run(Session session) throws IOException, InterruptedException {
            Settings settings = session.settings().get();
            if (settings.source(Setting.HOST).equals(Optional.of("--host"))) {
                throw new UsageException("'boxrun serve' is about the daemon of this machine")
                        .hint("leave out the --host in front of it");
            }
            DaemonConnector connector =
                    DaemonConnector.local(settings, note -> session.console().say("boxrun: " + note));
            String token = noToken ? null : settings.text(Setting.TOKEN).orElse(null);
            int current = port.or(() -> settings.whole(Setting.PORT)).orElseThrow();
            BoxrunClient daemon = connector.connect();
            while (true) {
                long pid = daemon.greet(ANSWER_WITHIN).pid();
                boolean inOrder;
                try (OpenDoor door = daemon.listen(new Listen(host, current, token, noToken))) {
                    tell(session, door.where(), token);
                    current = Integer.parseInt(
                            door.where().url().substring(door.where().url().lastIndexOf(':') + 1));
                    inOrder = awaitEnd(door);
                }
                daemon = inOrder ? successor(connector, pid) : connector.connect();
            }
        }

        private void tell(Session session, Listening where, @Nullable String token) throws IOException {
            session.console().print("listening on " + where.url() + "\n");
            session.console().out().flush();
            if (noToken) {
                session.console()
                        .say(
                                "warning: no token is asked for: every user and program of this machine can use your boxes");
            } else {
                session.console()
                        .say("clients need the token "
                                + (token == null ? "in " + where.tokenFile() : "of " + Setting.TOKEN.variable()));
            }
            if (!isLoopback(host)) {
                session.console().say("warning: nothing is encrypted: others on the network can read the token");
            }
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** True when the daemon ended in order, false when it was lost. */
    private static boolean awaitEnd(OpenDoor door) {
        try {
            door.awaitEnd();
            return true;
        } catch (ConnectionException lost) {
            return false;
        }
    }

    /** The daemon that comes after one that was asked to leave; none is started against the user's will. */
    private static BoxrunClient successor(DaemonConnector connector, long before) throws InterruptedException {
        long deadline = System.nanoTime() + SUCCESSOR_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<BoxrunClient> next = connector.running().filter(daemon -> isAnother(daemon, before));
            if (next.isPresent()) {
                return next.get();
            }
            Thread.sleep(LOOK_AGAIN);
        }
        throw new ProblemException(ErrorCode.RUNTIME_ERROR, "the daemon was stopped")
                .hint("'boxrun serve' starts it again");
    }

    private static boolean isAnother(BoxrunClient daemon, long before) {
        try {
            return daemon.greet(ANSWER_WITHIN).pid() != before;
        } catch (ConnectionException leaving) {
            return false;
        }
    }
}
