package boxrun.cli;

import boxrun.cli.command.Surroundings;
import boxrun.cli.terminal.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A command line run in this process, and what came of it. */
public record TypedLine(int code, String out, String err) {

    /** Runs the words after {@code boxrun}, with nobody at a terminal. */
    public static TypedLine run(Map<String, String> environment, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new ByteArrayInputStream(new byte[0]), out, err, false, false, false);
        Surroundings here = new Surroundings(environment, Path.of("/"), false, false);
        int code = new Main(new Commands(), console, here, (settings, notes) -> {
                    throw new AssertionError("nothing here may ask a daemon");
                })
                .run(List.of(words));
        return new TypedLine(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public static TypedLine run(String... words) {
        return run(Map.of(), words);
    }
}
