package boxrun.daemon;

import boxrun.daemon.testing.AnotherRun;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What the API promises over the Unix socket, once more over TCP; {@link RootlessApiTest} has more of it as a user. */
@Timeout(900)
class TcpApiTest {
    @TestFactory
    Stream<DynamicTest> theApiOverTcp() throws Exception {
        return AnotherRun.with(
                AnotherRun.OVER_TCP,
                "boxrun.daemon.BoxCreationTest",
                "boxrun.daemon.BoxLifeTest",
                "boxrun.daemon.CommandOutputTest",
                "boxrun.daemon.DaemonJourneyTest",
                "boxrun.daemon.FileCopyTest");
    }
}
