package boxrun.cli.command;

import boxrun.api.Port;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code -p [IP:]HOST:BOX}: a port of the box that can be reached on this machine. */
final class PortOption {
    private PortOption() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.values(
                "-p, --publish",
                "[[IP:]PORT:]PORT",
                "make a TCP port of the box reachable here",
                "The last port is the box's, the one before it the host's, any that is free when it is left out or 0.",
                "Reachable from this machine only, unless IP says otherwise. Needs --network.",
                "May be given more than once."));
    }

    static List<Port> read(ParseResult parsed) {
        return Options.values(parsed, "--publish").stream()
                .map(PortOption::port)
                .toList();
    }

    /** A port of the box alone, with or without its protocol. */
    static int guest(String text) {
        String digits = withoutProtocol(text);
        if (digits.contains(":")) {
            throw bad(text);
        }
        return number(text, digits, 1);
    }

    private static String withoutProtocol(String text) {
        return text.endsWith("/tcp") ? text.substring(0, text.length() - 4) : text;
    }

    private static Port port(String text) {
        String[] parts = withoutProtocol(text).split(":", -1);
        return switch (parts.length) {
            case 1 -> port(text, null, "", parts[0]);
            case 2 -> port(text, null, parts[0], parts[1]);
            case 3 -> port(text, parts[0], parts[1], parts[2]);
            default -> throw bad(text);
        };
    }

    private static Port port(String text, @Nullable String ip, String host, String guest) {
        return new Port(ip, host.isEmpty() ? 0 : number(text, host, 0), number(text, guest, 1));
    }

    private static int number(String text, String digits, int least) {
        if (digits.matches("\\d{1,5}")) {
            int number = Integer.parseInt(digits);
            if (number >= least && number <= 65535) {
                return number;
            }
        }
        throw bad(text);
    }

    private static UsageException bad(String text) {
        return new UsageException("bad port '" + text + "': expected HOST:BOX, IP:HOST:BOX or BOX, of TCP ports");
    }
}
