package boxrun.cli;

import boxrun.cli.command.Action;
import boxrun.cli.command.Catalog;
import boxrun.cli.command.Command;
import boxrun.cli.command.CommonOptions;
import boxrun.cli.command.Options;
import boxrun.cli.command.Session;
import boxrun.cli.command.Surroundings;
import boxrun.cli.command.UsageException;
import boxrun.cli.connect.DaemonConnector;
import boxrun.cli.help.HelpText;
import boxrun.cli.print.Palette;
import boxrun.cli.terminal.Console;
import boxrun.client.BoxrunClient;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.config.Spelling;
import boxrun.http.Address;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line: finds the command, reads what was typed, does it, and says how it ended. */
public final class Main {
    private final Catalog catalog;
    private final Console console;
    private final Surroundings here;
    private final Daemons daemons;

    /** Finds or starts the daemon; the console is for what takes long. */
    interface Daemons {
        BoxrunClient find(Settings settings, Console console);

        /** It will probably be asked for. */
        default void expect() {}

        /** After a daemon that is gone. */
        default BoxrunClient findAgain(Settings settings, Console console) {
            return find(settings, console);
        }
    }

    Main(Catalog catalog, Console console, Surroundings here, Daemons daemons) {
        this.catalog = catalog;
        this.console = console;
        this.here = here;
        this.daemons = daemons;
    }

    public static void main(String[] arguments) {
        Console console = Console.ofProcess();
        Surroundings here = Surroundings.of(console);
        int code = new Main(new Commands(), console, here, new UsersDaemon()).run(Arrays.asList(arguments));
        // A JVM with a thread that waits for input in the kernel takes 300 ms longer to end.
        console.stopReading();
        // Not System.exit: what must happen has happened, and halting is some milliseconds faster.
        Runtime.getRuntime().halt(code);
    }

    static final class UsersDaemon implements Daemons {
        @Override
        public void expect() {
            Address.expectUnix();
        }

        @Override
        public BoxrunClient find(Settings settings, Console console) {
            return DaemonConnector.connect(settings, note -> console.say("boxrun: " + note));
        }

        @Override
        public BoxrunClient findAgain(Settings settings, Console console) {
            return DaemonConnector.reconnect(settings, note -> console.say("boxrun: " + note));
        }
    }

    /** Runs one command line; returns the exit code when everything written has left this process. */
    int run(List<String> arguments) {
        Palette errors = Palette.of(here.environment(), console.errIsTerminal());
        // Known before the command line is understood, because understanding it may fail.
        Failure failure = new Failure(console, errors, arguments.contains("--debug"));
        try {
            int code = perform(arguments);
            console.out().flush();
            return code;
        } catch (Throwable e) { // also a class that is missing or a stack that is full: a message and 125
            return failure.report(e);
        }
    }

    private int perform(List<String> arguments) throws IOException, InterruptedException {
        arguments.forEach(Main::requireText);
        Palette palette = Palette.of(here.environment(), console.outIsTerminal());
        CommandSpec root = Options.spec().name("boxrun");
        CommonOptions.addTo(root);
        root.addOption(CommandLine.Model.OptionSpec.builder("-V", "--version")
                .type(boolean.class)
                .hidden(true)
                .build());
        root.parser().overwrittenOptionsAllowed(true);
        int at = commandAt(arguments);
        if (at == arguments.size()) {
            ParseResult parsed = parse(root, arguments);
            CommonOptions options = CommonOptions.read(parsed, parsed);
            if (parsed.<Boolean>matchedOptionValue("--version", false)) {
                return perform(List.of("version"));
            }
            if (options.help() == CommonOptions.Help.NONE && !arguments.isEmpty()) {
                throw new UsageException("no command given").hint("boxrun --help lists the commands");
            }
            console.print(HelpText.ofAll(catalog, palette));
            return 0;
        }
        String name = arguments.get(at);
        Command command = catalog.named(name).orElseThrow(() -> unknown(name));
        daemons.expect();
        CommandSpec spec = command.spec();
        CommonOptions.addTo(spec);
        root.addSubcommand(name, Options.parser(spec));
        ParseResult parsed = parse(root, arguments);
        ParseResult own = parsed.subcommand();
        CommonOptions options = CommonOptions.read(parsed, own);
        return switch (options.help()) {
            case NONE -> {
                Action action = command.read(own, here);
                Supplier<Settings> settings = () -> Settings.load(
                        here.environment(),
                        options.host().map(url -> Map.of(Setting.HOST, url)).orElse(Map.of()));
                yield action.run(new Session(
                        console,
                        here,
                        palette,
                        settings,
                        () -> watched(daemons.find(settings.get(), console), options),
                        () -> watched(daemons.findAgain(settings.get(), console), options)));
            }
            case SHORT -> {
                console.print(HelpText.of(command, palette, false));
                yield 0;
            }
            case LONG -> {
                console.print(HelpText.of(command, palette, true));
                yield 0;
            }
        };
    }

    private BoxrunClient watched(BoxrunClient daemon, CommonOptions options) {
        return options.debug() ? daemon.reporting(line -> console.say("debug: " + line)) : daemon;
    }

    /** The JVM puts a sign in place of what is not UTF-8, and nothing else than what was typed is to be done. */
    private static void requireText(String word) {
        if (word.indexOf('\uFFFD') >= 0) {
            throw new UsageException("'" + word.replace('\uFFFD', '?') + "' has bytes that are not UTF-8")
                    .hint("what a file contains may be any bytes, and so may names below a directory that is copied");
        }
    }

    private static ParseResult parse(CommandSpec root, List<String> arguments) {
        try {
            return Options.parser(root).parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            throw Misuse.explain(e);
        }
    }

    /** Where the command's name is: the first word that is neither an option nor the value of one. */
    private static int commandAt(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (!word.startsWith("-") || word.equals("-")) {
                return i;
            }
            if (word.equals("-H") || word.equals("--host")) {
                i++;
            }
        }
        return arguments.size();
    }

    private UsageException unknown(String name) {
        UsageException unknown = new UsageException("no command '" + name + "'");
        Optional<String> near = Spelling.nearest(name, catalog.names());
        return near.map(word -> unknown.hint("did you mean: boxrun " + word))
                .orElse(unknown.hint("boxrun --help lists the commands"));
    }
}
