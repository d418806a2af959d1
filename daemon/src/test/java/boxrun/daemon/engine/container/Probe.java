package boxrun.daemon.engine.container;

import boxrun.api.Volume;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** The program {@code src/test/c/probe}, which tries what a box must not succeed with. */
final class Probe implements AutoCloseable {
    private static final Path SOURCE = Path.of(System.getProperty("boxrun.checkout", ".."), "daemon/src/test/c/probe");

    private final Path directory;
    private final String key = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 20, 1 << 30));
    private final Process host;

    private Probe(Path directory) throws IOException {
        this.directory = directory;
        ProcessBuilder server = new ProcessBuilder(program(), "serve", "probe-host-" + key);
        server.environment().put("PROBE_KEY", key);
        this.host = server.start();
        String ready = new String(host.getInputStream().readNBytes(6), StandardCharsets.UTF_8);
        if (!ready.equals("ready\n")) {
            throw new IOException("the host's side of the probe does not start");
        }
    }

    /** Compiled, with its host's side running. */
    static Probe compile(Path directory) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("gcc", "-std=gnu17", "-O1", "-Wall", "-Wextra", "-Werror", "-Wshadow", "-D_GNU_SOURCE"));
        words.addAll(List.of("-static", "-o", directory.resolve("probe").toString()));
        try (Stream<Path> sources = Files.list(SOURCE)) {
            sources.map(Path::toString)
                    .filter(name -> name.endsWith(".c"))
                    .sorted()
                    .forEach(words::add);
        }
        Programs.run(words.toArray(String[]::new));
        return new Probe(directory);
    }

    private String program() {
        return directory.resolve("probe").toString();
    }

    /** A box that has it. */
    BoxId box(Boxes boxes) {
        return box(boxes, false);
    }

    BoxId box(Boxes boxes, boolean network) {
        return boxes.box(Boxes.launch(Boxes.HOST, network, List.of(new Volume(directory.toString(), "/probe", true))));
    }

    /** What comes of connections to an address, by how the box makes them: {@code open} or an error. */
    Map<String, String> reach(Boxes boxes, BoxId box, String address, int port) throws InterruptedException {
        return outcomes(boxes.run(box, "/probe/probe", "reach", address, "" + port));
    }

    /** A command line that another box runs, to be looked for. */
    String[] neighbour() {
        return new String[] {"sh", "-c", ": probe-neighbour-" + key + "; echo up; sleep 1000; :"};
    }

    /** What came of each attempt, by its name: {@code open}, an error's name, {@code killed}. */
    Map<String, String> tryAll(Boxes boxes, BoxId box) throws InterruptedException {
        return outcomes(boxes.run(
                box,
                RuntimeSpec.BUSYBOX,
                "env",
                "PROBE_KEY=" + key,
                "PROBE_HOST=probe-host-" + key,
                "PROBE_NEIGHBOUR=probe-neighbour-" + key,
                "/probe/probe"));
    }

    private static Map<String, String> outcomes(Boxes.Ran ran) {
        if (!ran.well()) {
            throw new AssertionError("the probe ended with " + ran.end() + ": " + ran.stderr());
        }
        Map<String, String> outcomes = new LinkedHashMap<>();
        ran.stdout().lines().forEach(line -> {
            int space = line.indexOf(' ');
            outcomes.put(line.substring(0, space), line.substring(space + 1));
        });
        return outcomes;
    }

    @Override
    public void close() throws IOException {
        host.getOutputStream().close();
        host.onExit().join();
    }
}
