package boxrun.daemon.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * Tests once more under other circumstances, in a Java of their own, which prints a line for each sentence with what
 * came of it.
 */
public final class AnotherRun implements TestExecutionListener {
    /** Has the tests' clients come over TCP. */
    public static final String OVER_TCP = "-Dboxrun.test.door=tcp";

    private static final String SENTENCE = "sentence ";
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private AnotherRun() {}

    /**
     * Each sentence of these test classes as a test.
     *
     * @param option of the Java virtual machine: what is different
     */
    public static Stream<DynamicTest> with(String option, String... classes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dboxrun.native=" + Programs.nativePrograms());
        command.add("-Dboxrun.checkout="
                + Path.of(System.getProperty("boxrun.checkout", "..")).toAbsolutePath());
        command.add(option);
        // Surefire starts the tests with a jar that names theirs.
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", path, AnotherRun.class.getName()));
        command.addAll(List.of(classes));
        return sentences(Programs.run(command.toArray(String[]::new)).lines().toList(), classes);
    }

    /** What was printed, as tests. */
    static Stream<DynamicTest> sentences(List<String> printed, String... classes) {
        List<DynamicTest> results = printed.stream()
                .filter(line -> line.startsWith(SENTENCE))
                .map(line -> line.substring(SENTENCE.length()))
                .map(AnotherRun::result)
                .toList();
        if (results.size() < classes.length) {
            throw new AssertionError("of " + classes.length + " classes only " + results.size() + " sentences");
        }
        return results.stream();
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
                        new AnotherRun());
        // Threads of the tests do not keep this process.
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
            say(
                    test,
                    result.getStatus()
                            + result.getThrowable().map(AnotherRun::why).orElse(""));
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
