package boxrun.installed;

import boxrun.cli.Tmux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The built boxrun with a home, a state directory and a daemon of its own; closing it leaves nothing. */
final class Installation implements AutoCloseable {
    private static final Path CHECKOUT = Path.of(System.getProperty("boxrun.checkout", ".."))
            .toAbsolutePath()
            .normalize();

    private final Path directory;
    private final Path bin;

    private Installation(Path directory, Path bin) {
        this.directory = directory;
        this.bin = bin;
    }

    /** A fresh user, so to speak, of the installation that the build has made. */
    static Installation create() throws IOException {
        return create(CHECKOUT.resolve("cli/target/boxrun/bin"));
    }

    /**
     * A fresh user of an installation; its own directory has a short path, because a socket's path has to be short.
     *
     * @param bin the directory of its {@code boxrun}
     */
    static Installation create(Path bin) throws IOException {
        Installation installation = new Installation(Files.createTempDirectory("bx"), bin);
        Files.createDirectory(installation.work());
        return installation;
    }

    static Path checkout() {
        return CHECKOUT;
    }

    /** An empty directory to work in. */
    Path work() {
        return directory.resolve("work");
    }

    /** Where its daemon listens. */
    Path socket() {
        return directory.resolve("s/boxrun.sock");
    }

    /** What a command gets to see, so that it finds this boxrun and no other's settings. */
    Map<String, String> environment() {
        return Map.of(
                "PATH",
                bin + ":" + System.getenv("PATH") + ":/usr/sbin:/sbin",
                "HOME",
                directory.toString(),
                "BOXRUN_STATE_DIR",
                directory.resolve("s").toString(),
                "BOXRUN_IDLE_TIMEOUT",
                "1m",
                "LC_ALL",
                "C.UTF-8",
                "TERM",
                "xterm");
    }

    /** A process that is set up to run a command of this user, with no signal ignored, whoever started the tests. */
    ProcessBuilder process(String... command) {
        List<String> words = new ArrayList<>(List.of("env", "--default-signal"));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).directory(work().toFile());
        builder.environment().clear();
        builder.environment().putAll(environment());
        return builder;
    }

    /** Runs a command to its end and returns what it wrote to both outputs; another exit code is an error. */
    String run(int exitCode, String... command) throws IOException, InterruptedException {
        Process process = process(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != exitCode) {
            throw new AssertionError(List.of(command) + " ended with " + code + ": " + output);
        }
        return output;
    }

    /** Runs boxrun, which must succeed, and returns what it wrote to both outputs. */
    String boxrun(String... words) throws IOException, InterruptedException {
        return run(0, Stream.concat(Stream.of("boxrun"), Stream.of(words)).toArray(String[]::new));
    }

    /** A terminal of 100 by 30 characters with a shell of this user, whose prompt is {@code outside> }. */
    Tmux terminal() throws IOException {
        String settings = environment().entrySet().stream()
                .filter(variable -> !variable.getKey().equals("TERM"))
                .map(variable -> "export " + variable.getKey() + "='" + variable.getValue() + "'\n")
                .collect(Collectors.joining());
        Path script = Files.writeString(work().resolve("settings"), settings);
        Tmux tmux = Tmux.start(100, 30);
        // dash, because bash puts the terminal right by itself after a process that was killed.
        tmux.type(". " + script + "; PS1='outside> ' exec dash\n");
        tmux.await("(?m)^outside> *$");
        return tmux;
    }

    @Override
    public void close() throws IOException {
        try {
            run(0, bin.resolve("boxrun").toString(), "daemon", "stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path tree) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> all = Files.walk(tree)) {
            all.sorted(Comparator.reverseOrder()).forEach(paths::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
