package boxrun.cli.help;

import boxrun.cli.command.Catalog;
import boxrun.cli.command.CommonOptions;
import boxrun.cli.command.Options;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Manual pages in man(7)'s language: {@code boxrun.1}, one for each command, and one for each topic. */
final class ManPage {
    private final StringBuilder page = new StringBuilder();

    private ManPage(String title, String section, String summary) {
        page.append(".\\\" Written by .dev/generate from the command line's own description; do not edit.\n");
        page.append(".TH ")
                .append(title.toUpperCase(java.util.Locale.ROOT))
                .append(' ')
                .append(section);
        page.append(" \"\" boxrun \"boxrun manual\"\n");
        // No hyphenation, left-aligned: names of options must stay whole.
        page.append(".nh\n.ad l\n");
        section("NAME");
        page.append(escape(title)).append(" \\- ").append(escape(summary)).append('\n');
    }

    /** All pages, by file name. */
    static Map<String, String> all(Catalog catalog) {
        Map<String, String> pages = new TreeMap<>();
        pages.put("boxrun.1", overview(catalog));
        for (Model model : Model.all(catalog)) {
            pages.put("boxrun-" + model.name() + ".1", command(model));
        }
        for (Topic topic : Topic.values()) {
            pages.put("boxrun-" + topic.word() + ".7", topic(topic));
        }
        return pages;
    }

    private static String overview(Catalog catalog) {
        ManPage man = new ManPage("boxrun", "1", "disposable and long-lived Linux sandboxes from OCI images");
        man.section("SYNOPSIS");
        man.synopsis("boxrun [OPTIONS] COMMAND");
        man.section("DESCRIPTION");
        man.paragraph("boxrun makes a box, a Linux sandbox, from an OCI image or from the programs of this machine, and"
                + " runs commands in it. A box has its own user namespace, no network unless asked for, and limits on"
                + " CPU, memory, processes and disk. A daemon of the user's own looks after boxes; it is started by the"
                + " first command and leaves when it has nothing to do.");
        man.section("COMMANDS");
        for (Catalog.Group group : catalog.groups()) {
            for (String name : group.names()) {
                man.item(
                        "\\fBboxrun\\-" + escape(name) + "\\fR(1)",
                        Model.of(catalog, name).summary());
            }
        }
        man.section("OPTIONS");
        CommandSpec common = Options.spec();
        CommonOptions.addTo(common);
        common.options().forEach(man::option);
        man.section("ENVIRONMENT");
        man.paragraph("See boxrun-environment(7).");
        man.section("EXIT STATUS");
        man.paragraph("See boxrun-exit-codes(7).");
        man.section("FILES");
        man.item("\\fI~/.boxrun\\fR", "everything boxrun keeps: socket, log, images, boxes");
        man.item("\\fI~/.config/boxrun/config\\fR", "the configuration file");
        man.section("EXAMPLES");
        man.example("boxrun run host -- echo hi");
        man.seeAlso("boxrun-image-names(7)");
        return man.page.toString();
    }

    private static String command(Model model) {
        ManPage man = new ManPage("boxrun-" + model.name(), "1", decapitalize(model.summary()));
        man.section("SYNOPSIS");
        man.synopsis(model.synopsis());
        if (!model.description().isEmpty()) {
            man.section("DESCRIPTION");
            model.description().forEach(man::paragraph);
        }
        List<PositionalParamSpec> arguments = model.spec().positionalParameters();
        if (!arguments.isEmpty()) {
            man.section("ARGUMENTS");
            for (PositionalParamSpec argument : arguments) {
                man.item("\\fI" + escape(argument.paramLabel()) + "\\fR", String.join(" ", argument.description()));
            }
        }
        if (!model.options().isEmpty()) {
            man.section("OPTIONS");
            model.options().forEach(man::option);
        }
        man.section("OPTIONS OF EVERY COMMAND");
        model.commonOptions().forEach(man::option);
        if (!model.examples().isEmpty()) {
            man.section("EXAMPLES");
            model.examples().forEach(man::example);
        }
        man.seeAlso("boxrun(1), boxrun-exit-codes(7), boxrun-environment(7)");
        return man.page.toString();
    }

    private static String topic(Topic topic) {
        ManPage man = new ManPage("boxrun-" + topic.word(), "7", topic.summary());
        man.section("DESCRIPTION");
        for (Topic.Part part : topic.parts()) {
            switch (part) {
                case Topic.Part.Text(String text) -> man.paragraph(text);
                case Topic.Part.Item(String word, String meaning) -> man.item("\\fB" + escape(word) + "\\fR", meaning);
            }
        }
        man.seeAlso("boxrun(1)");
        return man.page.toString();
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void synopsis(String synopsis) {
        page.append("\\fB")
                .append(escape(synopsis).replaceFirst("( |$)(?=[\\[A-Z]|$)", "\\\\fR$1"))
                .append('\n');
    }

    private void paragraph(String text) {
        page.append(".PP\n").append(line(text)).append('\n');
    }

    private void item(String tag, String text) {
        page.append(".TP\n").append(tag).append('\n').append(line(text)).append('\n');
    }

    private void option(OptionSpec option) {
        StringBuilder tag = new StringBuilder();
        for (String name : option.names()) {
            tag.append(tag.isEmpty() ? "" : ", ")
                    .append("\\fB")
                    .append(escape(name))
                    .append("\\fR");
        }
        if (Model.takesValue(option)) {
            tag.append(" \\fI").append(escape(option.paramLabel())).append("\\fR");
        }
        item(tag.toString(), sentence(Model.firstLine(option)));
        for (String paragraph : Model.more(option)) {
            page.append(line(paragraph)).append('\n');
        }
    }

    private void example(String command) {
        page.append(".PP\n.EX\n").append("    ").append(escape(command)).append("\n.EE\n");
    }

    private void seeAlso(String pages) {
        section("SEE ALSO");
        page.append(escape(pages)).append('\n');
    }

    private static String sentence(String clause) {
        String text = Character.toUpperCase(clause.charAt(0)) + clause.substring(1);
        return text.endsWith(".") ? text : text + ".";
    }

    private static String decapitalize(String clause) {
        return Character.toLowerCase(clause.charAt(0)) + clause.substring(1);
    }

    /** A line of text: one that begins with a dot or a quote would be taken for a request. */
    private static String line(String text) {
        String escaped = escape(text);
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    private static String escape(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
    }
}
