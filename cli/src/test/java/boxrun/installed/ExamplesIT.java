package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxrun.cli.Tmux;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every example of the manual pages is typed as it stands, and does what it should: it succeeds, or, where it is for
 * somebody at a terminal or has no end of its own, it shows what it should and can be left.
 *
 * <p>Names of images are those of Docker Hub, which is a registry of this test here. The daemon has a network of its
 * own, since examples have ports in them.
 */
@Timeout(900)
class ExamplesIT {
    /** What is typed on a terminal: what the screen then shows, which is not what is typed, and the keys that leave. */
    private record AtTerminal(String shown, String keys) {}

    private static final AtTerminal SHELL = new AtTerminal("(?m)# *$", "exit\n");
    private static final String INTERRUPT = "C-c";

    /** Something happens meanwhile, where the example shows what happens from then on. */
    private static final Map<String, String> MEANWHILE = Map.of(
            "boxrun events --format json", "(for i in $(seq 30); do boxrun exec web true; done) >/dev/null 2>&1 & ");

    private static final Map<String, AtTerminal> AT_TERMINAL = Map.ofEntries(
            Map.entry("boxrun attach web", SHELL),
            Map.entry("boxrun attach -u root web", SHELL),
            Map.entry("boxrun attach --session work web", SHELL),
            Map.entry("boxrun shell web", SHELL),
            Map.entry("boxrun shell -u root web", SHELL),
            Map.entry("boxrun shell --session work web", SHELL),
            Map.entry("boxrun exec -it web bash", SHELL),
            Map.entry("boxrun exec -it --session notes web vim notes", new AtTerminal("(?m)^~ *$", ":q!\n")),
            Map.entry("boxrun run -it --network debian:12 bash", new AtTerminal("(?m)# *$", "exit 0\n")),
            Map.entry("boxrun daemon logs -f", new AtTerminal("something to read", INTERRUPT)),
            Map.entry("boxrun events --since 1h", new AtTerminal("created", INTERRUPT)),
            Map.entry("boxrun events --format json", new AtTerminal("\"action\"", INTERRUPT)),
            Map.entry("boxrun stats", new AtTerminal("(?s)NAME +CPU.*web ", INTERRUPT)),
            Map.entry("boxrun serve", new AtTerminal("http://127.0.0.1:9090", INTERRUPT)),
            Map.entry("boxrun serve --host 0.0.0.0 --port 8080", new AtTerminal("http://\\S*:8080", INTERRUPT)));

    /** Examples, the {@code @} here, that need more around them than the boxes that are always there. */
    private static final Map<String, String> AROUND = Map.ofEntries(
            Map.entry("boxrun create --name web ubuntu", "boxrun rm -f web; @ && boxrun rm -f web"),
            Map.entry("boxrun inspect alpine", "boxrun pull alpine; @"),
            Map.entry("boxrun rm web", "boxrun stop web; @"),
            Map.entry("boxrun start web", "boxrun stop web; @"),
            Map.entry("boxrun start --all", "boxrun stop --all; @"),
            Map.entry("boxrun rename web old-web", "@ && boxrun rm -f old-web"),
            Map.entry("boxrun kill -s HUP web", "boxrun exec -d web sleep 1000; @ && boxrun wait web"),
            Map.entry("boxrun wait --condition stopped web db", "boxrun stop web db; @"),
            Map.entry("boxrun wait web", "boxrun exec -d web true; @"),
            Map.entry("test \"$(boxrun wait web)\" = 0", "boxrun exec -d web true; @"),
            Map.entry("boxrun logs web", "boxrun exec -d web echo said; @ | grep said"),
            Map.entry("boxrun logs -f -n 20 web", "boxrun exec -d web echo said; @ | grep said"),
            Map.entry("boxrun exec -d web ./serve --port 8080", "exec=$(@) && test \"$(boxrun wait web $exec)\" = 0"),
            Map.entry(
                    "boxrun create --name site --network -p 8080:80 --label stage=test host", "@ && boxrun rm -f site"),
            Map.entry(
                    "boxrun run -d --name web --network -p 8080:80 nginx nginx -g 'daemon off;'",
                    "boxrun rm -f web; @ && boxrun rm -f web"),
            Map.entry(
                    "boxrun events --filter box=web --filter event=stopped --count 1",
                    "(until [ -e told ]; do boxrun stop -t 0 web; boxrun start web; done) & @; code=$?; touch told; wait;"
                            + " rm told; exit $code"),
            // What docker writes, written by skopeo.
            Map.entry("docker save app:1 | boxrun load", "docker() { cat saved.tar; }; @"));

    /** Makes what is not there of the boxes that examples speak of, and starts what is stopped. */
    private static final String BOXES = """
            if ! boxrun start --ignore web db one two; then
                for box in web db one two; do
                    boxrun inspect $box >/dev/null 2>&1 || boxrun create --name $box host || exit
                done
                boxrun exec web -- sh -c 'mkdir -p /srv /var/log && touch /var/log/app.log
                    printf "#!/bin/sh\\n" >/root/serve && chmod +x /root/serve'
                boxrun exec one mkdir -p /data && boxrun exec two mkdir -p /data
            fi >/dev/null 2>boxes || { cat boxes; exit 99; }
            """;

    /** An image that has all the programs of the examples, by all the names that they have for it. */
    private static final String IMAGES = """
            set -e
            mkdir app && umoci init --layout made && umoci new --image made:1
            umoci unpack --image made:1 unpacked
            cd unpacked/rootfs
            mkdir bin root && cp /bin/busybox bin/ && ln -s busybox bin/sh && ln -s busybox bin/wc
            for name in bin/bash bin/python bin/nginx root/untrusted; do
                printf '#!/bin/sh\\n[ $# != 0 ] || exec /bin/sh\\n' >$name && chmod +x $name
            done
            cd ../..
            umoci repack --image made:1 unpacked
            skopeo copy -q oci:made:1 oci-archive:app.tar:app:1
            skopeo copy -q oci:made:1 docker-archive:saved.tar:app:1
            for name in ubuntu:24.04 alpine:3.20 python:3.12-slim debian:12 nginx:latest; do
                skopeo copy -q --dest-tls-verify=false oci:made:1 docker://127.0.0.1:5000/library/$name
            done
            BOXRUN_IDLE_TIMEOUT=10m BOXRUN_REGISTRY_MIRRORS=docker.io=http://127.0.0.1:5000 boxrun info
            echo something to read >>$BOXRUN_STATE_DIR/daemon.log
            """;

    /** A registry in a network of its own, with a way out that leads nowhere. */
    private static final String REGISTRY = """
            ip link set lo up && ip link add out type veth peer name nowhere && ip link set nowhere up &&
                ip address add 192.0.2.1/24 dev out && ip link set out up && ip route add default via 192.0.2.2 || exit
            printf '%s\\n' 'version: 0.1' 'http: {addr: "127.0.0.1:5000"}' "storage: {filesystem: {rootdirectory: $PWD/registry}}" \\
                'log: {level: error}' >registry.yml
            echo set up
            exec docker-registry serve registry.yml
            """;

    private static List<String> examples() throws IOException {
        Set<String> examples = new TreeSet<>();
        try (Stream<Path> pages = Files.list(Installation.checkout().resolve("man"))) {
            for (Path page : pages.toList()) {
                boolean inside = false;
                for (String line : Files.readAllLines(page)) {
                    if (line.equals(".EX") || line.equals(".EE")) {
                        inside = line.equals(".EX");
                    } else if (inside) {
                        examples.add(line.strip()
                                .replace("\\-", "-")
                                .replace("\\(aq", "'")
                                .replace("\\e", "\\"));
                    }
                }
            }
        }
        return List.copyOf(examples);
    }

    @Test
    void whatTheManualShowsWorks() throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root makes a network for the daemon");
        List<String> examples = examples();
        assertThat(examples).containsAll(AT_TERMINAL.keySet()).containsAll(AROUND.keySet());
        try (Installation installation = Installation.create()) {
            Process registry = installation
                    .process("unshare", "--net", "bash", "-c", REGISTRY)
                    .redirectError(installation.work().resolve("errors").toFile())
                    .start();
            try {
                assertThat(registry.inputReader().readLine()).isEqualTo("set up");
                String network = "nsenter --net=/proc/" + registry.pid() + "/ns/net ";
                check(installation, network + """
                        bash -c 'until (: </dev/tcp/127.0.0.1/5000) 2>/dev/null; do kill -0 %d || exit; done'
                        """.formatted(registry.pid()));
                Files.writeString(installation.work().resolve("images"), IMAGES);
                check(installation, network + "bash images");
                check(installation, examples);
            } finally {
                registry.destroy();
                registry.waitFor();
            }
        }
    }

    private static void check(Installation installation, List<String> examples)
            throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        for (String example : examples) {
            failures.addAll(run(installation, BOXES));
            AtTerminal shown = AT_TERMINAL.get(example);
            if (shown == null) {
                failures.addAll(
                        run(installation, AROUND.getOrDefault(example, "@").replace("@", example)));
            } else {
                type(installation, example, shown);
            }
        }
        failures.addAll(run(installation, "boxrun rm --all --force"));
        assertThat(failures).isEmpty();
    }

    private static void type(Installation installation, String example, AtTerminal shown) throws IOException {
        try (Tmux tmux = installation.terminal()) {
            tmux.type(MEANWHILE.getOrDefault(example, "") + example + "; echo code $?\n");
            tmux.await(shown.shown());
            if (shown.keys().equals(INTERRUPT)) {
                tmux.key(INTERRUPT);
                tmux.await("code 130");
            } else {
                tmux.type(shown.keys());
                tmux.await("code 0");
            }
        }
    }

    private static void check(Installation installation, String script) throws IOException, InterruptedException {
        assertThat(run(installation, script)).isEmpty();
    }

    /** What went wrong, if anything did. */
    private static List<String> run(Installation installation, String script) throws IOException, InterruptedException {
        Path output = installation.work().resolveSibling("output");
        Process shell = installation
                .process("timeout", "120", "bash", "--norc", "--noprofile", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        shell.getOutputStream().close();
        int code = shell.waitFor();
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        return code == 0 ? List.of() : List.of("$ " + script + "\nended with " + code + ": " + said);
    }
}
