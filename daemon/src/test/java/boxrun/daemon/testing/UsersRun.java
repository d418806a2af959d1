package boxrun.daemon.testing;

import boxrun.testing.UnprivilegedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * {@link AnotherRun} as a user without privileges, who is made for that: all that the tests start, daemons and
 * programs, is the user's too.
 */
public final class UsersRun {
    /** Of the checkout, what these tests use. */
    private static final List<String> SOURCES = List.of("daemon/src/test/python", "daemon/src/test/c/probe");

    private UsersRun() {}

    /**
     * Each sentence of these test classes as a test.
     *
     * @param place a directory of the test
     * @param more options of the Java virtual machine
     */
    public static Stream<DynamicTest> of(Path place, List<String> more, String... classes)
            throws IOException, InterruptedException {
        Path checkout = Path.of(System.getProperty("boxrun.checkout", ".."));
        try (UnprivilegedUser user = new UnprivilegedUser(place)) {
            for (String source : SOURCES) {
                Files.createDirectories(place.resolve(source).resolveSibling("java"));
                user.give(checkout.resolve(source), source);
            }
            List<String> options = new ArrayList<>(more);
            options.add("-Dboxrun.native=" + user.give(Programs.nativePrograms(), "native"));
            options.add("-Dboxrun.checkout=" + place);
            Stream<DynamicTest> sentences = AnotherRun.sentences(
                    user.runJava(user.giveClassPath(), options, AnotherRun.class, classes), classes);
            if (!user.processes().isEmpty()) {
                throw new AssertionError("left by the user: " + user.processes());
            }
            return sentences;
        }
    }
}
