package boxrun.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A user without privileges who is made for a test, which root runs, and is removed after it. */
public final class UnprivilegedUser implements AutoCloseable {
    /** Some hosts keep /dev/net/tun for root: the user gets a copy for everybody, in mounts of its own. */
    private static final String WITH_TUN = "{ [ -e \"$1\" ] || { mknod \"$1\" c 10 200 && chmod 666 \"$1\"; }; }"
            + " && mount --bind \"$1\" /dev/net/tun && shift && exec \"$@\"";

    private final String name = "boxrun" + Long.toString(System.nanoTime() & 0xff_ffff_ffffL, 36);
    private final Path place;
    private String mounts = "";

    /**
     * Makes the user.
     *
     * @param place a directory of the test, which the user may read
     * @param options more of useradd's options
     */
    public UnprivilegedUser(Path place, String... options) throws IOException, InterruptedException {
        this.place = place;
        List<String> command = new ArrayList<>(List.of("useradd", "--create-home"));
        command.addAll(List.of(options));
        command.add(name);
        finish(command);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What is mounted, by commands of root, where the user's programs run, and only there. */
    public UnprivilegedUser with(String... mountCommands) {
        mounts = String.join(" && ", mountCommands) + " && ";
        return this;
    }

    public Path home() {
        return Path.of("/home").resolve(name);
    }

    /** A copy of a file or directory where the user can read it, which the test's own often are not. */
    public Path give(Path from, String as) throws IOException {
        Path to = place.resolve(as);
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Path target = from.equals(path)
                        ? to
                        : to.resolve(from.relativize(path).toString());
                Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return to;
    }

    /** Copies of what the test's classes are loaded from, as a class path. */
    public String giveClassPath() throws IOException {
        // Surefire starts the tests with a jar that names theirs.
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> copies = new ArrayList<>();
        for (String source : own.split(File.pathSeparator, -1)) {
            if (Files.exists(Path.of(source))) {
                String as = "classes" + copies.size() + (source.endsWith(".jar") ? ".jar" : "");
                copies.add(give(Path.of(source), as).toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    /** Runs a class's main with the test's Java and returns the lines that it prints; fails when it fails. */
    public List<String> runJava(String classPath, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of("-Duser.name=" + name, "-Djava.io.tmpdir=" + home()));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Runs a program as the user and returns the lines that it prints; fails when it fails. */
    public List<String> run(String... words) throws IOException, InterruptedException {
        Object id = Files.getAttribute(home(), "unix:uid");
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", mounts + WITH_TUN, "sh"));
        command.add(place.resolve("tun").toString());
        command.addAll(List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--init-groups"));
        command.addAll(List.of("env", "-C", "/", "HOME=" + home(), "USER=" + name));
        command.addAll(List.of(words));
        return finish(command);
    }

    /** What runs as this user. */
    public List<String> processes() {
        List<String> processes = new ArrayList<>();
        ProcessHandle.allProcesses()
                .filter(process -> process.info().user().equals(Optional.of(name)) && !isDead(process))
                .forEach(process -> processes.add(process.info().commandLine().orElse("" + process.pid())));
        return processes;
    }

    /** Where the host's first process does not reap, dead ones stay listed. */
    private static boolean isDead(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            finish(List.of("userdel", "--force", "--remove", name));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> finish(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(command + " ended with " + process.exitValue() + ": " + output);
        }
        return output.lines().toList();
    }
}
