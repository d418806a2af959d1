package boxrun.cli.help;

import boxrun.cli.command.Catalog;
import java.util.Map;
import java.util.TreeMap;

/** The files of the installation that are written from the command line's model. */
public final class GeneratedFiles {
    private GeneratedFiles() {}

    /** Their contents, by path below the checkout: {@code completions/…} and {@code man/…}. */
    public static Map<String, String> of(Catalog catalog) {
        Map<String, String> files = new TreeMap<>();
        files.put("completions/boxrun.bash", BashCompletion.of(catalog));
        files.put("completions/_boxrun", ZshCompletion.of(catalog));
        files.put("completions/boxrun.fish", FishCompletion.of(catalog));
        ManPage.all(catalog).forEach((name, page) -> files.put("man/" + name, page));
        return files;
    }
}
