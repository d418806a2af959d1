package boxrun.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is done to one box at the same time. */
@Timeout(60)
class BoxesRaceTest extends BoxesFixture {
    BoxesRaceTest(@TempDir Path directory) {
        super(directory);
    }

    @Test
    void changesOfOneBoxWaitForEachOtherAndEndInAStateThatIsTrue() throws Exception {
        Box box = create("web");
        List<Thread> threads = new ArrayList<>();
        List<Throwable> strange = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 24; i++) {
            int kind = i % 3;
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    switch (kind) {
                        case 0 -> boxes.stop("web", GRACE);
                        case 1 -> boxes.start("web");
                        default -> boxes.gc(Duration.ofDays(1));
                    }
                } catch (ProblemException refused) {
                    if (refused.code() == ErrorCode.RUNTIME_ERROR) {
                        strange.add(refused);
                    }
                } catch (RuntimeException e) {
                    strange.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(strange).isEmpty();
        boolean runs = boxes.get("web").status() == BoxStatus.RUNNING;
        assertThat(machine.running().contains(new BoxId(box.id()))).isEqualTo(runs);
    }

    @Test
    void removingABoxThatIsBeingCreatedWaitsForIt() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        engine.beforeLaunch(box -> {
            first.countDown();
            await(goOn);
        });
        Thread creating = Thread.startVirtualThread(() -> create("web"));
        first.await();
        Thread removing = Thread.startVirtualThread(() -> boxes.remove("web", true));
        goOn.countDown();
        creating.join();
        removing.join();
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(machine.running()).isEmpty();
    }

    @Test
    void aCreateWhoseThreadIsInterruptedLeavesNothing() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        engine.beforeLaunch(box -> {
            machine.launch(box);
            first.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "interrupted").because(e);
            }
        });
        List<Boolean> interruptedAfter = Collections.synchronizedList(new ArrayList<>());
        Thread creating = Thread.startVirtualThread(() -> {
            try {
                create("web");
            } catch (ProblemException e) {
                interruptedAfter.add(Thread.interrupted());
            }
        });
        first.await();
        creating.interrupt();
        creating.join();
        assertThat(interruptedAfter).containsExactly(true);
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(machine.running()).isEmpty();
        assertThat(directory.resolve("boxes")).isEmptyDirectory();
    }

    @Test
    void aRemovalIsNotDisturbedByAnInterrupt() throws Exception {
        Box box = create("web");
        CountDownLatch removing = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        engine.beforeDestroy(id -> {
            removing.countDown();
            try {
                interrupted.await();
            } catch (InterruptedException e) {
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "interrupted").because(e);
            }
        });
        List<Boolean> interruptedAfter = Collections.synchronizedList(new ArrayList<>());
        Thread remover = Thread.startVirtualThread(() -> {
            boxes.remove("web", true);
            interruptedAfter.add(Thread.interrupted());
        });
        removing.await();
        remover.interrupt();
        interrupted.countDown();
        remover.join();
        assertThat(interruptedAfter).hasSize(1);
        assertNothingOf(box.id());
    }

    @Test
    void oneOfTwoCreatesOfOneNameWins() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        engine.beforeLaunch(box -> {
            first.countDown();
            await(goOn);
        });
        LinkedBlockingQueue<Box> created = new LinkedBlockingQueue<>();
        Thread.startVirtualThread(() -> created.add(create("web")));
        first.await();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.CREATING);
        refused(ErrorCode.NAME_ALREADY_EXISTS, () -> create("web"));
        refused(ErrorCode.BOX_NOT_RUNNING, () -> boxes.running("web"));
        goOn.countDown();
        assertThat(created.take().status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(boxes.list(BoxFilter.ALL)).hasSize(1);
    }
}
