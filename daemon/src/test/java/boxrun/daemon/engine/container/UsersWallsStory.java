package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.engine.RecordedOutput;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All that {@link WallsTest} tries, in a box of a user: {@link RootlessTest} tells it as one. */
@Timeout(240)
class UsersWallsStory {
    private static final String OPEN = "open";

    @TempDir
    Path state;

    @TempDir
    Path programs;

    @Test
    void noAttemptSucceedsAndSomeDoWithoutTheWalls() throws Exception {
        try (Probe probe = Probe.compile(programs)) {
            try (Boxes boxes = new Boxes(state.resolve("whole"))) {
                RecordedOutput neighbour = new RecordedOutput();
                boxes.start(boxes.box(), neighbour, probe.neighbour());
                neighbour.awaitStdout(text -> text.equals("up\n"));
                assertThat(probe.tryAll(boxes, probe.box(boxes)))
                        .hasSizeGreaterThan(80)
                        .doesNotContainValue(OPEN);
            }
            assertThat(without(Protection.FILTER, probe))
                    .containsEntry("unshare-user", OPEN)
                    .containsEntry("keyctl", OPEN)
                    .containsEntry("vmsplice", OPEN);
            assertThat(without(Protection.CAPABILITIES, probe))
                    .containsEntry("mount-tmpfs", OPEN)
                    .containsEntry("trace-agent", OPEN)
                    .containsEntry("raw-socket", OPEN);
        }
    }

    private Map<String, String> without(Protection protection, Probe probe) throws Exception {
        try (Boxes weakened = new Boxes(state.resolve(protection.name()), protection::takenWithAllBefore)) {
            return probe.tryAll(weakened, probe.box(weakened));
        }
    }
}
