package boxrun.daemon.engine.container;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What {@link RootlessTest} runs as a user: the engine's contract, hostile images, a daemon; a line for each sentence
 * with what came of it.
 */
final class RootlessContract implements TestExecutionListener {
    /** How a line of results begins. */
    static final String SENTENCE = "sentence ";

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private RootlessContract() {}

    public static void main(String[] arguments) {
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(
                                        DiscoverySelectors.selectClass(ContainerEngineTest.class),
                                        DiscoverySelectors.selectClass(HostileImageTest.class),
                                        DiscoverySelectors.selectClass("boxrun.daemon.DaemonJourneyTest"))
                                .build(),
                        new RootlessContract());
        // Threads of the tests do not keep this process.
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            String why = result.getThrowable().map(Throwable::toString).orElse("");
            String name = test.getDisplayName().replaceAll("\\(.*", "");
            OUT.println(SENTENCE + name + " "
                    + (result.getStatus() + " " + why).strip().replace('\n', ' '));
        }
    }
}
