package boxrun.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.BoxEvent;
import boxrun.api.ErrorCode;
import boxrun.api.ExecEvent;
import boxrun.api.ProblemException;
import boxrun.api.RenameBox;
import boxrun.api.StartExec;
import boxrun.client.LifeEvent;
import boxrun.client.LifeEvents;
import boxrun.daemon.engine.BoxId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /v1/events}: what is told of boxes and commands. */
@Timeout(60)
class EventsApiTest extends ServerTest {

    EventsApiTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    @Test
    void theLifeOfABoxAndItsCommandsIsToldInOrderAndMayBeReadAgain() throws Exception {
        try (LifeEvents events = client.events(null)) {
            String box = create("web").id();
            create("other");
            String exec = client.execs("web")
                    .start(new StartExec(List.of("sh", "-c", "exit 3"), null, null, null, null, null, null))
                    .id();
            client.execs("web").await(exec, Duration.ofSeconds(30));
            client.stop("web", Duration.ZERO);
            client.start("web");
            client.rename("web", new RenameBox("shop"));
            server.machine.crash(new BoxId(box));
            client.await("shop", Duration.ofSeconds(30));
            server.engine().beforeLaunch(id -> {
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "no such luck");
            });
            assertThatThrownBy(() -> client.start("shop")).isInstanceOf(ProblemException.class);
            client.remove("shop", false);
            List<String> told = List.of(
                    "CREATED web null",
                    "STARTED web null",
                    "CREATED other null",
                    "STARTED other null",
                    "STARTED " + exec + " null",
                    "FINISHED " + exec + " 3",
                    "STOPPED web null",
                    "STARTED web null",
                    "RENAMED shop null",
                    "STOPPED shop its first process was killed",
                    "FAILED shop no such luck",
                    "REMOVED shop null");
            List<LifeEvent> seen = new ArrayList<>();
            while (seen.size() < told.size()) {
                seen.add(events.next());
            }
            assertThat(seen).extracting(EventsApiTest::words).isEqualTo(told);
            assertThat(seen).extracting(LifeEvent::id).isSorted().doesNotHaveDuplicates();
            long middle = seen.get(5).id();
            try (LifeEvents again = client.events(null, middle)) {
                assertThat(again.next()).isEqualTo(seen.get(6));
            }
            try (LifeEvents others = client.events("other", 0)) {
                assertThat(others.next()).isEqualTo(seen.get(2));
                assertThat(others.next()).isEqualTo(seen.get(3));
                client.stop("other", Duration.ZERO);
                assertThat(words(others.next())).isEqualTo("STOPPED other null");
            }
        }
        assertThatThrownBy(() -> client.events("nobody"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ErrorCode.BOX_NOT_FOUND));
    }

    @Test
    void whoGoesOnAfterARestartIsToldThatHeMissedSomething() {
        create("web");
        long seen;
        try (LifeEvents events = client.events(null, 0)) {
            seen = events.next().id();
        }
        server.restart();
        client.stop("web", Duration.ZERO);
        try (LifeEvents events = server.client().events(null, seen)) {
            assertThat(events.next()).isInstanceOf(LifeEvent.Missed.class);
            assertThat(words(events.next())).isEqualTo("STOPPED web null");
        }
    }

    private static String words(LifeEvent event) {
        return switch (event) {
            case LifeEvent.OfBox(long id, BoxEvent box) -> box.action() + " " + box.name() + " " + box.reason();
            case LifeEvent.OfExec(long id, ExecEvent exec) -> exec.action() + " " + exec.id() + " " + exec.exitCode();
            case LifeEvent.Missed missed -> missed.toString();
        };
    }
}
