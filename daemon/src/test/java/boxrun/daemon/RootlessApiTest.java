package boxrun.daemon;

import boxrun.daemon.testing.AnotherRun;
import boxrun.daemon.testing.UsersRun;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the API promises with a real engine, once more with daemons of a user without privileges, and over TCP. */
@Timeout(1800)
class RootlessApiTest {
    @TestFactory
    Stream<DynamicTest> theApiOfAUser(@TempDir Path place) throws Exception {
        return UsersRun.of(
                place,
                List.of(AnotherRun.OVER_TCP),
                "boxrun.daemon.AttachTest",
                "boxrun.daemon.BoxCreationTest",
                "boxrun.daemon.BoxLifeTest",
                "boxrun.daemon.CommandEndTest",
                "boxrun.daemon.CommandOutputTest",
                "boxrun.daemon.DaemonDeathTest",
                "boxrun.daemon.DaemonJourneyTest",
                "boxrun.daemon.DamagedStateTest",
                "boxrun.daemon.FailpointTest",
                "boxrun.daemon.FewDescriptorsTest",
                "boxrun.daemon.FileCopyTest",
                "boxrun.daemon.FileMishapTest",
                "boxrun.daemon.FullDiskTest",
                "boxrun.daemon.IdleExitTest",
                "boxrun.daemon.OutputLimitTest",
                "boxrun.daemon.SpareBoxTest",
                "boxrun.daemon.StalledClientTest",
                "boxrun.daemon.http.ConformanceTest");
    }
}
