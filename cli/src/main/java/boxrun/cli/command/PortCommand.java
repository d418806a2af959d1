package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.Inspection;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun port}. */
public final class PortCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "port",
                " BOX [PORT]",
                "Show where the ports of a box are reached",
                "Prints a line for each port that the box publishes, such as '80/tcp -> 127.0.0.1:8080'; with PORT, which",
                "is one of the box, only where it is reached.");
        spec.addPositional(Options.arguments("BOX [PORT]", "1..2", "the box, and a port of it"));
        spec.usageMessage().footer("boxrun port web");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        List<String> words = Options.required(parsed);
        return new ShowPorts(
                words.getFirst(), words.size() == 1 ? Optional.empty() : Optional.of(PortOption.guest(words.get(1))));
    }

    record ShowPorts(String box, Optional<Integer> port) implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            Inspection found = NamedBox.ask(daemon, box, daemon::inspect);
            List<Port> ports = found.ports().stream()
                    .filter(published -> port.isEmpty() || port.get() == published.guestPort())
                    .toList();
            if (port.isPresent() && ports.isEmpty()) {
                throw new ProblemException(
                                ErrorCode.VALIDATION_ERROR,
                                "the port " + port.get() + " of " + box + " is not published")
                        .hint("ports are published when a box is made: boxrun create --network -p HOST:" + port.get()
                                + " IMAGE");
            }
            for (Port published : ports) {
                String reached = published.hostIp() + ":" + published.hostPort() + "\n";
                session.console().print(port.isPresent() ? reached : published.guestPort() + "/tcp -> " + reached);
            }
            return 0;
        }
    }
}
