package boxrun.daemon.testing;

import boxrun.api.Box;
import boxrun.api.CreateBox;
import boxrun.client.BoxrunClient;
import boxrun.http.Address;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A daemon as a process of its own, over a real engine and a state directory that a test can ruin. It can be killed and
 * started again; to close it removes its boxes and everything else.
 */
public final class DaemonProcess implements AutoCloseable {
    private static final Duration LEAVING = Duration.ofSeconds(30);

    private final Path state;
    private final List<String> javaOptions = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final AnswerCheck answers = new AnswerCheck();
    private Door door;
    private List<String> prefix = List.of();
    private @Nullable Process process;

    /** A daemon that does not run yet; the path of its directory is short, because a socket's path has to be. */
    public DaemonProcess() throws IOException {
        this(Files.createTempDirectory("bx"));
    }

    public DaemonProcess(Path state) {
        this.state = state;
        this.door = Door.ofThisRun(socket());
        // Measured on the host, memory would not do for all the tests that run at once.
        environment.put("BOXRUN_MAX_MEMORY_MB", "100000");
        environment.put("BOXRUN_CPU_OVERCOMMIT", "1000");
    }

    /** Adds an option of the Java virtual machine, from the next start on. */
    public DaemonProcess option(String option) {
        javaOptions.add(option);
        return this;
    }

    /** Takes back {@link #option}. */
    public void withoutOption(String option) {
        javaOptions.remove(option);
    }

    /** Sets a variable of its environment, from the next start on. */
    public DaemonProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts it by another program, from the next start on: {@code prlimit --nofile=64}. */
    public DaemonProcess by(String... program) {
        prefix = List.of(program);
        return this;
    }

    /** Has its clients come by its socket in every run: a door over TCP would keep it from being idle. */
    public DaemonProcess bySocket() {
        door = new Door.Unix(socket());
        return this;
    }

    /** Starts it and waits until it answers. */
    public DaemonProcess start() throws IOException {
        Process started = spawn();
        try (BufferedReader output = started.inputReader()) {
            if (!"READY".equals(output.readLine())) {
                throw new IOException("the daemon did not start: " + log());
            }
        }
        door.open(owner());
        return this;
    }

    /** Starts it without waiting: it may be about to die. */
    public Process spawn() throws IOException {
        List<String> words = new ArrayList<>(prefix);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        words.add("-Dboxrun.native=" + Programs.nativePrograms());
        words.addAll(javaOptions);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), "boxrun.daemon.Main"));
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(Redirect.appendTo(logFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("BOXRUN_"));
        builder.environment().put("BOXRUN_STATE_DIR", state.toString());
        builder.environment().put("HOME", state.toString());
        builder.environment().putAll(environment);
        Process started = builder.start();
        process = started;
        return started;
    }

    private java.io.File logFile() {
        return Path.of(state + ".log").toFile();
    }

    public String log() throws IOException {
        return Files.readString(logFile().toPath());
    }

    public Path state() {
        return state;
    }

    public long pid() {
        return running().pid();
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("the daemon was not started");
        }
        return running;
    }

    /** A client that comes in by the door of this run. */
    public BoxrunClient client() {
        return answers.client(door, door.token());
    }

    /** A client that comes by the Unix socket: some requests are for the daemon's owner only. */
    public BoxrunClient owner() {
        return answers.client(new Address.Unix(socket()), null);
    }

    /** Where {@link #client} comes in. */
    public Door door() {
        return door;
    }

    public Path socket() {
        return state.resolve("boxrun.sock");
    }

    /** Makes a box as a request in JSON says; the image is {@code host} unless it says otherwise. */
    public Box box(String json) {
        JsonObject request = Json.WIRE.tree(json).asObject("");
        JsonObject image =
                request.member("image").isPresent() ? request : request.with("image", new JsonString("host"));
        return client().create(Json.WIRE.decode(image, CreateBox.class));
    }

    public Commands commands(Box box) {
        return new Commands(client(), box.id());
    }

    /** {@code kill -9}, and waits for its end. */
    public void kill() throws InterruptedException {
        door.close();
        running().destroyForcibly().waitFor();
    }

    /** Waits for an end that it comes to by itself. */
    public void awaitEnd() throws InterruptedException {
        running().waitFor();
    }

    /** Whether it comes to an end by itself in so long. */
    public boolean endsWithin(Duration time) throws InterruptedException {
        return running().waitFor(time);
    }

    /** Asks it to leave, as {@code boxrun daemon stop} does, and waits until it has. */
    public void leave() throws InterruptedException {
        owner().shutdown(LEAVING);
        running().waitFor();
        door.close();
    }

    /** Removes all boxes, ends the daemon, and removes its directory. */
    @Override
    public void close() throws IOException {
        try {
            endAndRemoveBoxes();
            Programs.run("rm", "-rf", state.toString());
            Files.deleteIfExists(logFile().toPath());
            answers.assertNothingWasFound();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes all boxes and ends the daemon. */
    public void endAndRemoveBoxes() throws IOException, InterruptedException {
        prefix = List.of();
        if (!running().isAlive()) {
            start();
        }
        for (Box box : client().boxes("all")) {
            client().remove(box.id(), true);
        }
        leave();
    }

    /** What there is of boxes on disk, by name. */
    public List<String> directories() {
        if (!Files.exists(state.resolve("boxes"))) {
            return List.of();
        }
        try (Stream<Path> boxes = Files.list(state.resolve("boxes"))) {
            return boxes.map(path -> String.valueOf(path.getFileName()))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
