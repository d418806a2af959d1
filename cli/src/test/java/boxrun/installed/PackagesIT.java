package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packages that the build makes, unpacked elsewhere and used. */
@Timeout(300)
class PackagesIT {
    /** A kind of package. */
    enum Kind {
        ARCHIVE(".tar.gz", "bin"),
        DEBIAN(".deb", "usr/bin");

        private final String ending;
        private final String bin;

        Kind(String ending, String bin) {
            this.ending = ending;
            this.bin = bin;
        }

        List<String> unpack(Path file, Path directory) {
            return switch (this) {
                case ARCHIVE ->
                    List.of("tar", "-xzf", file.toString(), "-C", directory.toString(), "--strip-components=1");
                case DEBIAN -> List.of("dpkg-deb", "-x", file.toString(), directory.toString());
            };
        }
    }

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anUnpackedPackageRunsBoxesWithItsCachesInUse(Kind kind) throws Exception {
        Path bin = unpack(kind);
        Path home = bin.resolve("boxrun").toRealPath().resolve("../..").normalize();
        String build = Files.readString(home.resolve("build")).strip();
        Path classes = directory.resolve("classes");
        try (Installation user = Installation.create(bin)) {
            String boxrun = bin.resolve("boxrun").toString();
            assertThat(user.run(0, boxrun, "version")).isEqualTo("boxrun 0.1.0 (" + build + ")\n");
            // A cache that cannot be used ends a JVM that is told to use it.
            assertThat(user.run(
                            0,
                            "env",
                            "_JAVA_OPTIONS=-XX:AOTMode=on -Xlog:class+load:file=" + classes + "-%p",
                            boxrun,
                            "run",
                            "host",
                            "--",
                            "echo",
                            "hi"))
                    .endsWith("hi\n");
        }
        assertThat(loaded("boxrun.cli.Main ")).allMatch(line -> line.endsWith("source: shared objects file"));
        assertThat(loaded("picocli.CommandLine ")).allMatch(line -> line.endsWith("source: shared objects file"));
        assertThat(loaded("boxrun.daemon.Main ")).allMatch(line -> line.endsWith("source: shared objects file"));
    }

    @Test
    void aCacheThatDoesNotFitIsNotUsedAndSaysNothing() throws Exception {
        Path bin = unpack(Kind.ARCHIVE);
        Path cache = bin.resolveSibling("lib").resolve("cli.aot");
        byte[] bytes = Files.readAllBytes(cache);
        try (Installation user = Installation.create(bin)) {
            String boxrun = bin.resolve("boxrun").toString();
            String version = user.run(0, boxrun, "version");
            Files.write(cache, new byte[1 << 16]);
            assertThat(user.run(0, boxrun, "version")).isEqualTo(version);
            Files.write(cache, Arrays.copyOf(bytes, bytes.length / 2));
            assertThat(user.run(0, boxrun, "version")).isEqualTo(version);
            Files.delete(cache);
            assertThat(user.run(0, boxrun, "version")).isEqualTo(version);
        }
    }

    /** The JVM runs the code in a cache even when the jar has another; so both have to be of one build. */
    @Test
    void theCachesAreOfTheJarsThatTheBuildIsNamedAfter() throws Exception {
        Path home = unpack(Kind.ARCHIVE).resolve("..").normalize();
        List<String> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(home)) {
            all.filter(Files::isRegularFile)
                    .map(file -> "./" + home.relativize(file))
                    .filter(name -> !name.endsWith(".aot") && !name.equals("./build"))
                    .sorted()
                    .forEach(files::add);
        }
        StringBuilder sums = new StringBuilder();
        for (String file : files) {
            sums.append(sha256(Files.readAllBytes(home.resolve(file))) + "  " + file + "\n");
        }
        assertThat(Files.readString(home.resolve("build")).strip())
                .isEqualTo(
                        sha256(sums.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 12));
        assertThat(home.resolve("lib/cli.aot")).isNotEmptyFile();
        assertThat(home.resolve("lib/daemon.aot")).isNotEmptyFile();
    }

    @Test
    void whatDebianLooksForIsWhereItLooks() throws Exception {
        unpack(Kind.DEBIAN);
        assertThat(directory.resolve("unpacked/usr/share"))
                .isDirectoryRecursivelyContaining("glob:**/man/man1/boxrun-run.1.gz")
                .isDirectoryRecursivelyContaining("glob:**/man/man7/boxrun-exit-codes.7.gz")
                .isDirectoryRecursivelyContaining("glob:**/bash-completion/completions/boxrun")
                .isDirectoryRecursivelyContaining("glob:**/zsh/vendor-completions/_boxrun")
                .isDirectoryRecursivelyContaining("glob:**/fish/vendor_completions.d/boxrun.fish")
                .isDirectoryRecursivelyContaining("glob:**/doc/boxrun/copyright");
    }

    private Path unpack(Kind kind) throws Exception {
        Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
        List<Path> packages;
        try (Stream<Path> files = Files.list(Installation.checkout().resolve("cli/target"))) {
            packages =
                    files.filter(file -> file.toString().endsWith(kind.ending)).toList();
        }
        assertThat(packages).hasSize(1);
        Process process = new ProcessBuilder(kind.unpack(packages.getFirst(), unpacked))
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        return unpacked.resolve(kind.bin);
    }

    /** The lines of the JVMs' logs about a class; there is at least one. */
    private List<String> loaded(String type) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> logs = Files.list(directory)) {
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                Files.readAllLines(log).stream()
                        .filter(line -> line.contains(" " + type))
                        .forEach(lines::add);
            }
        }
        assertThat(lines).as("loads of " + type).isNotEmpty();
        return lines;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
