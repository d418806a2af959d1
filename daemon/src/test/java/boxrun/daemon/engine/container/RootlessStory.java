package boxrun.daemon.engine.container;

import boxrun.api.Volume;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What {@link RootlessTest} runs as a user without privileges: prints one line for each thing it has seen. */
final class RootlessStory {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private RootlessStory() {}

    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[0]);
        Path shared = Files.createDirectories(Path.of(arguments[1]));
        try (Boxes boxes = new Boxes(state)) {
            say("unsupported", String.join("; ", boxes.engine().capabilities().unsupported()));
            Launch launch = Boxes.launch(Boxes.HOST, true, List.of(new Volume(shared.toString(), "/data", false)));
            BoxId box = boxes.box(launch);
            say("id", boxes.sh(box, "id -u; id -G").stdout());
            say("seccomp", boxes.sh(box, "grep ^Seccomp: /proc/self/status").stdout());
            say(
                    "own",
                    boxes.sh(box, "touch /root/f && chown 33:33 /root/f && stat -c %u /root/f")
                            .stdout());
            say("shadow", boxes.sh(box, "cut -d: -f2 /etc/shadow | sort -u").stdout());
            say("device", boxes.sh(box, "ls /sys/class/net | tr '\\n' ' '").stdout());
            say(
                    "volume",
                    boxes.sh(box, "echo shared > /data/file; stat -c %u /data/file")
                            .stdout());
            say(
                    "added",
                    boxes.sh(box, "cp /bin/true /usr/local/bin/mine && mine && echo yes")
                            .stdout());
            boxes.engine().stop(box, Duration.ofSeconds(1));
            ByteArrayOutputStream tar = new ByteArrayOutputStream();
            boxes.engine().copyOut(box, "/root", tar);
            boxes.engine().copyIn(box, "/copied", new ByteArrayInputStream(tar.toByteArray()));
            boxes.engine().launch(box, launch);
            say("copied", boxes.sh(box, "stat -c %u /copied/root/f").stdout());
            say("kept", boxes.sh(box, "mine && echo yes").stdout());
            try (ContainerEngine next = new ContainerEngine(new Home(state), Boxes.NATIVES, "crun")) {
                say("survivors", "" + next.survivors().equals(List.of(box)));
            }
        }
    }

    private static void say(String what, String seen) {
        OUT.println(what + "=" + seen.strip().replace("\n", ","));
    }
}
