package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.config.Setting;
import boxrun.config.Settings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code --session} and {@code --detach-keys}: a terminal that lives on when this process leaves it.
 *
 * @param name what to call it when coming back
 * @param keys what leaves it; otherwise the setting says
 */
record SessionOption(String name, Optional<String> keys) {
    static void addTo(CommandSpec spec) {
        spec.addOption(Options.value(
                "--session",
                "NAME",
                "a terminal that can be left, and come back to",
                "It lives until its command ends or its box stops, also when the window is closed. The same name comes",
                "back to it, and takes it over from whoever is there; 'boxrun attach --list' shows those of a box."));
        spec.addOption(Options.value(
                "--detach-keys",
                "KEYS",
                "keys that leave the session",
                "Letters and ctrl-LETTER, separated by commas; ctrl-p,ctrl-q unless given here or by",
                "BOXRUN_DETACH_KEYS; none has no such keys."));
    }

    static Optional<SessionOption> read(ParseResult parsed) {
        Optional<String> name = Options.value(parsed, "--session");
        Optional<String> keys = Options.value(parsed, "--detach-keys");
        keys.ifPresent(given -> DetachKeys.of(given, "--detach-keys"));
        if (keys.isPresent() && name.isEmpty()) {
            throw new UsageException("--detach-keys leave a session, and none is named").hint("add --session NAME");
        }
        return name.map(given -> new SessionOption(given, keys));
    }

    /** The same for a command that may have a terminal, or none. */
    static Optional<SessionOption> read(ParseResult parsed, StreamOptions streams, boolean detached) {
        Optional<SessionOption> session = read(parsed);
        if (session.isPresent() && detached) {
            throw new UsageException("-d waits for nothing, so that there is no session to leave")
                    .hint("leave out -d, and leave the session with ctrl-p ctrl-q");
        }
        if (session.isPresent() && !(streams.tty() && streams.stdin())) {
            throw new UsageException("a session needs a terminal").hint("give the command one: -it");
        }
        return session;
    }

    DetachKeys keys(Settings settings) {
        return keys.map(given -> DetachKeys.of(given, "--detach-keys"))
                .orElseGet(() -> DetachKeys.of(
                        settings.text(Setting.DETACH_KEYS).orElse("none"),
                        settings.source(Setting.DETACH_KEYS).orElse("")));
    }

    /** Refuses to come back to another command than the one that is asked for; an empty one asks for any. */
    void require(List<String> command, String box, BoxrunClient daemon) {
        if (command.isEmpty()) {
            return;
        }
        NamedBox.ask(daemon, box, daemon::sessions).stream()
                .filter(session -> session.name().equals(name) && !session.cmd().equals(command))
                .findFirst()
                .ifPresent(other -> {
                    throw new ProblemException(
                                    ErrorCode.NAME_ALREADY_EXISTS,
                                    "the session " + name + " of " + box + " runs another command: "
                                            + String.join(" ", other.cmd()))
                            .hint("take another name, or come back to it with: " + comingBack(box));
                });
    }

    /** What to type to come back. */
    String comingBack(String box) {
        return "boxrun attach --session " + name + " " + box;
    }
}
