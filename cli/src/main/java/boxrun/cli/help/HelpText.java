package boxrun.cli.help;

import boxrun.cli.command.Catalog;
import boxrun.cli.command.Command;
import boxrun.cli.command.CommonOptions;
import boxrun.cli.command.Options;
import boxrun.cli.print.Palette;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Help as text for a terminal, 80 columns wide. Short help has a line for each option, long help says everything. */
public final class HelpText {
    private static final int WIDTH = 80;
    private static final int OPTION_COLUMN = 27;
    private static final int NAME_COLUMN = 16;

    private final Palette palette;
    private final boolean everything;
    private final int column;
    private final StringBuilder text = new StringBuilder();

    private HelpText(Palette palette, boolean everything, int column) {
        this.palette = palette;
        this.everything = everything;
        this.column = column;
    }

    /** What {@code boxrun --help} prints. */
    public static String ofAll(Catalog catalog, Palette palette) {
        return new HelpText(palette, false, NAME_COLUMN).overview(catalog);
    }

    /** What {@code boxrun NAME --help} prints. */
    public static String of(Command command, Palette palette, boolean everything) {
        CommandSpec spec = command.spec();
        CommonOptions.addTo(spec);
        return new HelpText(palette, everything, OPTION_COLUMN).command(new Model(spec));
    }

    private String overview(Catalog catalog) {
        text.append("Disposable and long-lived Linux sandboxes from OCI images\n\n");
        text.append(palette.bold("Usage:")).append(" boxrun [OPTIONS] COMMAND\n");
        for (Catalog.Group group : catalog.groups()) {
            heading(group.title());
            for (String name : group.names()) {
                entry(name, Model.of(catalog, name).summary(), List.of());
            }
        }
        heading("Options");
        CommandSpec common = Options.spec();
        CommonOptions.addTo(common);
        common.options().forEach(this::option);
        heading("Topics");
        for (Topic topic : Topic.values()) {
            entry(topic.word(), topic.summary(), List.of());
        }
        text.append("\nStart with: boxrun run host -- echo hi\n");
        text.append("More about a command or topic: boxrun help NAME\n");
        return text.toString();
    }

    private String command(Model model) {
        text.append(model.summary()).append("\n\n");
        text.append(palette.bold("Usage:")).append(' ').append(model.synopsis()).append('\n');
        if (everything) {
            for (String paragraph : model.description()) {
                text.append('\n');
                Paragraphs.wrap(paragraph, WIDTH)
                        .forEach(line -> text.append(line).append('\n'));
            }
        }
        List<PositionalParamSpec> arguments = model.spec().positionalParameters();
        if (!arguments.isEmpty()) {
            heading("Arguments");
            for (PositionalParamSpec argument : arguments) {
                List<String> lines = List.of(argument.description());
                entry(argument.paramLabel(), lines.getFirst(), Paragraphs.of(lines.subList(1, lines.size())));
            }
        }
        if (!model.options().isEmpty()) {
            heading("Options");
            model.options().forEach(this::option);
        }
        if (everything) {
            heading("Options of every command");
            model.commonOptions().forEach(this::option);
            if (!model.examples().isEmpty()) {
                heading("Examples");
                model.examples().forEach(line -> text.append("  ").append(line).append('\n'));
            }
        } else {
            text.append("\nMore: boxrun ").append(model.name()).append(" --help\n");
        }
        return text.toString();
    }

    private void heading(String title) {
        text.append('\n').append(palette.bold(title + ":")).append('\n');
    }

    private void option(OptionSpec option) {
        String usage = Model.usage(option);
        // Long names line up whether there is a short one or not.
        entry(usage.startsWith("--") ? "    " + usage : usage, Model.firstLine(option), Model.more(option));
    }

    private void entry(String name, String line, List<String> more) {
        String indent = " ".repeat(column);
        StringBuilder first = new StringBuilder("  ").append(name);
        if (first.length() + 2 > column) {
            text.append(first).append('\n');
            first.setLength(0);
        }
        first.repeat(' ', column - first.length());
        List<String> lines = Paragraphs.wrap(line, WIDTH - column);
        text.append(first).append(lines.getFirst()).append('\n');
        lines.subList(1, lines.size())
                .forEach(rest -> text.append(indent).append(rest).append('\n'));
        if (everything) {
            for (String paragraph : more) {
                Paragraphs.wrap(paragraph, WIDTH - column)
                        .forEach(rest -> text.append(indent).append(rest).append('\n'));
            }
        }
    }
}
