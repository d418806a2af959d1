package boxrun.daemon.engine.container;

import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** What {@link RootlessTest} runs as a user: a box of the host's view, stopped and started between scripts in it. */
final class RootlessScripts {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private RootlessScripts() {}

    public static void main(String[] arguments) throws Exception {
        Launch launch = Boxes.launch(Boxes.HOST);
        try (Boxes boxes = new Boxes(Path.of(arguments[0]))) {
            BoxId box = boxes.id();
            for (String script : Arrays.asList(arguments).subList(1, arguments.length)) {
                boxes.engine().launch(box, launch);
                Boxes.Ran ran = boxes.sh(box, script);
                OUT.print(ran.stdout() + ran.stderr());
                boxes.engine().stop(box, Duration.ZERO);
            }
        }
    }
}
