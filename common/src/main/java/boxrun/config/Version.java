package boxrun.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which boxrun this is.
 *
 * @param product the released version, such as {@code 0.1.0}
 * @param build a hash over every file of the installation: when it differs, the code may differ
 */
public record Version(String product, String build) {
    /** The build of a boxrun that runs from class files, in tests. */
    static final String UNASSEMBLED = "unassembled";

    /** The version of this process. */
    public static Version current() {
        return new Version(released(), installation().map(Version::buildOf).orElse(UNASSEMBLED));
    }

    /** The directory of the installation, which the launcher names; none when boxrun runs from class files. */
    public static Optional<Path> installation() {
        return Optional.ofNullable(System.getProperty("boxrun.home")).map(Path::of);
    }

    private static String released() {
        try (InputStream text = Version.class.getResourceAsStream("version")) {
            if (text == null) {
                throw new IllegalStateException("the resource boxrun/config/version is missing");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String buildOf(Path installation) {
        try {
            return Files.readString(installation.resolve("build")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("not an installation of boxrun: " + installation, e);
        }
    }

    @Override
    public String toString() {
        return product + " (" + build + ")";
    }
}
