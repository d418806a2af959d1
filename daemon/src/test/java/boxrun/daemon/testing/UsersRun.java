package boxrun.daemon.testing;

import boxrun.testing.UnprivilegedUser;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests again as a user without privileges, who is made for that: in a Java of the user's, so that all that they
 * start, daemons and programs, is the user's too. It prints a line for each sentence with what came of it.
 */
public final class UsersRun implements TestExecutionListener {
    private static final String SENTENCE = "sentence ";
    private static final String PYTHON = "daemon/src/test/python";
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private UsersRun() {}

    /**
     * Each sentence of these test classes as a test.
     *
     * @param place a directory of the test
     */
    public static Stream<DynamicTest> of(Path place, String... classes) throws IOException, InterruptedException {
        Path checkout = Path.of(System.getProperty("boxrun.checkout", ".."));
        try (UnprivilegedUser user = new UnprivilegedUser(place)) {
            Files.createDirectories(place.resolve(PYTHON).resolveSibling("java"));
            user.give(checkout.resolve(PYTHON), PYTHON);
            List<String> options = List.of(
                    "-Dboxrun.native=" + user.give(Programs.nativePrograms(), "native"), "-Dboxrun.checkout=" + place);
            List<DynamicTest> results = user.runJava(user.giveClassPath(), options, UsersRun.class, classes).stream()
                    .filter(line -> line.startsWith(SENTENCE))
                    .map(line -> line.substring(SENTENCE.length()))
                    .map(UsersRun::result)
                    .toList();
            if (results.size() < classes.length) {
                throw new AssertionError("of " + classes.length + " classes only " + results.size() + " sentences");
            }
            if (!user.processes().isEmpty()) {
                throw new AssertionError("left by the user: " + user.processes());
            }
            return results.stream();
        }
    }

    private static DynamicTest result(String line) {
        int space = line.indexOf(' ');
        String came = line.substring(space + 1);
        return DynamicTest.dynamicTest(line.substring(0, space), () -> {
            Assumptions.assumeFalse(came.startsWith("SKIPPED"), came);
            if (!came.equals(Status.SUCCESSFUL.toString())) {
                throw new AssertionError(came);
            }
        });
    }

    public static void main(String[] classes) {
        List<ClassSelector> selectors =
                Stream.of(classes).map(DiscoverySelectors::selectClass).toList();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectors)
                                .build(),
                        new UsersRun());
        // Threads of the tests do not keep this process.
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
            say(
                    test,
                    result.getStatus()
                            + result.getThrowable().map(UsersRun::why).orElse(""));
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        say(test, "SKIPPED " + reason);
    }

    private static String why(Throwable failure) {
        Optional<StackTraceElement> here = Stream.of(failure.getStackTrace())
                .filter(each -> each.getClassName().startsWith("boxrun."))
                .findFirst();
        return " " + failure + here.map(each -> " at " + each).orElse("");
    }

    private static void say(TestIdentifier test, String came) {
        String of = test.getSource().orElse(null) instanceof MethodSource method
                ? method.getClassName().replaceFirst(".*[.]", "") + "."
                : "";
        String name = of + test.getDisplayName().replace("()", "").replace(' ', '_');
        OUT.println(SENTENCE + name + " " + came.strip().replace('\n', ' '));
    }
}
