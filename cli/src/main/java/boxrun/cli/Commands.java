package boxrun.cli;

import boxrun.cli.command.Catalog;
import boxrun.cli.command.Command;
import boxrun.cli.command.CopyCommand;
import boxrun.cli.command.CreateCommand;
import boxrun.cli.command.DaemonCommand;
import boxrun.cli.command.DoctorCommand;
import boxrun.cli.command.EventsCommand;
import boxrun.cli.command.ExecCommand;
import boxrun.cli.command.GcCommand;
import boxrun.cli.command.ImagesCommand;
import boxrun.cli.command.InfoCommand;
import boxrun.cli.command.InspectCommand;
import boxrun.cli.command.KillCommand;
import boxrun.cli.command.KnownCommand;
import boxrun.cli.command.ListCommand;
import boxrun.cli.command.LoadCommand;
import boxrun.cli.command.LogsCommand;
import boxrun.cli.command.PortCommand;
import boxrun.cli.command.PullCommand;
import boxrun.cli.command.RenameCommand;
import boxrun.cli.command.RestartCommand;
import boxrun.cli.command.RmCommand;
import boxrun.cli.command.RmiCommand;
import boxrun.cli.command.RunCommand;
import boxrun.cli.command.ServeCommand;
import boxrun.cli.command.ShellCommand;
import boxrun.cli.command.StartCommand;
import boxrun.cli.command.StatsCommand;
import boxrun.cli.command.StopCommand;
import boxrun.cli.command.VersionCommand;
import boxrun.cli.command.WaitCommand;
import boxrun.cli.help.CompletionCommand;
import boxrun.cli.help.HelpCommand;
import java.util.List;
import java.util.Optional;

/** The subcommands of boxrun. */
public final class Commands implements Catalog {
    @Override
    public List<Group> groups() {
        return List.of(
                new Group(
                        "Boxes",
                        List.of(
                                "run", "create", "ls", "ps", "start", "stop", "restart", "kill", "rename", "cp", "rm",
                                "gc", "inspect", "port", "stats", "events")),
                new Group("Commands in a box", List.of("exec", "shell", "attach", "logs", "wait")),
                new Group("Images", List.of("images", "pull", "load", "rmi")),
                new Group(
                        "About boxrun", List.of("info", "doctor", "daemon", "serve", "version", "completion", "help")));
    }

    @Override
    public Optional<Command> named(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "run" -> new RunCommand();
                    case "ls", "list" -> ListCommand.ofAll();
                    case "ps" -> ListCommand.ofRunning();
                    case "create" -> new CreateCommand();
                    case "cp", "copy" -> new CopyCommand();
                    case "start" -> new StartCommand();
                    case "stop" -> new StopCommand();
                    case "restart" -> new RestartCommand();
                    case "kill" -> new KillCommand();
                    case "rename" -> new RenameCommand();
                    case "gc" -> new GcCommand();
                    case "rm" -> new RmCommand();
                    case "inspect" -> new InspectCommand();
                    case "port" -> new PortCommand();
                    case "stats" -> new StatsCommand();
                    case "events" -> new EventsCommand();
                    case "exec" -> new ExecCommand();
                    case "shell" -> ShellCommand.shell();
                    case "attach" -> ShellCommand.attach();
                    case "logs" -> new LogsCommand();
                    case "wait" -> new WaitCommand();
                    case "images" -> new ImagesCommand();
                    case "pull" -> new PullCommand();
                    case "load" -> new LoadCommand();
                    case "rmi" -> new RmiCommand();
                    case "info" -> new InfoCommand();
                    case "doctor" -> new DoctorCommand();
                    case "daemon" -> new DaemonCommand();
                    case "serve" -> new ServeCommand();
                    case "version" -> new VersionCommand();
                    case "completion" -> new CompletionCommand(this);
                    case "help" -> new HelpCommand(this);
                    case KnownCommand.NAME -> new KnownCommand();
                    default -> null;
                });
    }
}
