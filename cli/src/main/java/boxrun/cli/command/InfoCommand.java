package boxrun.cli.command;

import boxrun.api.DaemonInfo;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Safe;
import boxrun.config.Version;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun info}. */
public final class InfoCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "info",
                " [OPTIONS]",
                "Show the daemon and what it can enforce on this machine",
                "A limit that this machine cannot enforce is named, with the reason.");
        FormatOption.addTo(spec, "-f, --format", "Version");
        spec.usageMessage().footer("boxrun info", "boxrun info --format '{{.Enforced.Memory}}'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new ShowInfo(FormatOption.read(parsed));
    }

    private record ShowInfo(Listing listing) implements Action {
        @Override
        public int run(Session session) throws IOException {
            DaemonInfo info = session.daemon().get().info();
            session.console().print(FormatOption.text(listing, info, () -> text(info)));
            return 0;
        }
    }

    static String text(DaemonInfo info) {
        StringBuilder text = new StringBuilder();
        line(text, "Version", "boxrun " + Version.current());
        line(text, "Daemon", "boxrun " + info.version() + " (" + info.build() + "), process " + info.pid());
        line(text, "State directory", info.stateDir());
        line(text, "Engine", info.engine());
        line(text, "CPUs", info.maxCpu().toPlainString());
        line(text, "Memory", info.maxMemoryMb() + " MiB");
        line(text, "Limits", limits(info, true));
        if (info.enforced().containsValue(false)) {
            line(text, "Not enforced", limits(info, false));
        }
        for (String sentence : info.unsupported()) {
            line(text, "Not supported", sentence);
        }
        new TreeMap<>(info.imageAliases())
                .forEach((alias, reference) -> line(text, "Alias", alias + " = " + reference));
        return text.toString();
    }

    private static String limits(DaemonInfo info, boolean enforced) {
        List<String> names = new TreeMap<>(info.enforced())
                .entrySet().stream()
                        .filter(limit -> limit.getValue() == enforced)
                        .map(limit -> limit.getKey())
                        .toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ").repeat(' ', Math.max(0, 15 - name.length()));
        text.append(Safe.line(value)).append('\n');
    }
}
