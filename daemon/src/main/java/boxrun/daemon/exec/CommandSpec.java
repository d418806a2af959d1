package boxrun.daemon.exec;

import boxrun.api.StartExec;
import boxrun.daemon.box.Checks;
import boxrun.daemon.box.RunningBox;
import boxrun.daemon.engine.ProcessSpec;
import boxrun.daemon.engine.TerminalSize;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a command inherits: from the request before the box before the image. */
final class CommandSpec {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String TERM = "xterm-256color";
    private static final String ROOT = "0";

    private CommandSpec() {}

    /**
     * The process for a request; a {@code VALIDATION_ERROR} names the field and what is allowed.
     *
     * @param terminal the size of its terminal, if it is to have one
     */
    static ProcessSpec of(RunningBox box, StartExec request, TerminalSize terminal) {
        boolean tty = Optional.ofNullable(request.tty()).orElse(false);
        Map<String, String> env = new HashMap<>();
        env.put("PATH", PATH);
        if (tty) {
            env.put("TERM", TERM);
        }
        env.putAll(box.defaults().env());
        env.putAll(box.box().env());
        env.putAll(Checks.env(request.env()));
        Optional<String> workdir = Checks.absolute("workdir", request.workdir());
        String imageUser =
                box.defaults().user().isEmpty() ? ROOT : box.defaults().user();
        return new ProcessSpec(
                Checks.command(request.cmd()),
                env,
                workdir.orElse(box.box().workdir()),
                // The box's own directory is promised to be there; that of a request is the caller's to get right.
                workdir.isEmpty(),
                Checks.user(request.user()).orElse(imageUser),
                tty ? Optional.of(terminal) : Optional.empty(),
                Optional.ofNullable(request.stdin()).orElse(false));
    }
}
