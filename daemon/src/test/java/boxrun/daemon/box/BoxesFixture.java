package boxrun.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import boxrun.api.Box;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.api.Run;
import boxrun.api.Volume;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.FakeEngine;
import boxrun.daemon.engine.FakeMachine;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.PullListener;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.oci.ImageConfig;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Boxes over a fake engine, and a daemon that can be killed. */
abstract class BoxesFixture {
    static final HostSize HOST =
            new HostSize(BigDecimal.valueOf(4), 4096, BigDecimal.valueOf(2), BigDecimal.ONE, 512, false);

    static final Duration GRACE = Duration.ofSeconds(5);

    final Path directory;
    final Home home;
    final FakeMachine machine;
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    final Clock clock;
    private final int spares;
    FakeEngine engine;
    Boxes boxes;

    BoxesFixture(Path directory) {
        this(directory, Clock.systemUTC(), 0);
    }

    BoxesFixture(Path directory, Clock clock, int spares) {
        this.clock = clock;
        this.spares = spares;
        this.directory = directory;
        this.home = new Home(directory);
        this.machine = new FakeMachine(directory.resolve("disks"));
        this.engine = new FakeEngine(machine);
        this.boxes = new Boxes(engine, home, HOST, clock, spares);
    }

    /** As a daemon does that finds what a killed one has left. */
    @BeforeEach
    void restart() {
        machine.loseDaemon();
        engine = new FakeEngine(machine);
        boxes = new Boxes(engine, home, HOST, clock, spares);
        boxes.open(new BoxListener() {
            @Override
            public void ended(BoxId box, String reason) {
                told.add("ended " + box);
            }

            @Override
            public void removed(BoxId box) {
                told.add("removed " + box);
            }
        });
    }

    @AfterEach
    void end() {
        machine.clear();
    }

    static LocalImage image(String reference, PullPolicy policy, PullListener progress) {
        if (reference.equals("missing")) {
            throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "there is no image missing");
        }
        Rootfs files = reference.equals("broken")
                ? new Rootfs.Directory(Path.of("/no/such/tree"))
                : new Rootfs.Layers(Path.of("/store"), List.of("a", "b"));
        ImageConfig.Defaults defaults = new ImageConfig.Defaults(List.of(), List.of("sh"), Map.of("A", "1"), "", "");
        return new LocalImage(reference, "sha256:1", defaults, files);
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Run run() {
        return new Run("x", List.of("true"), null, null, null, null, null, null, null, null, null, null, null, null);
    }

    Box cpu(String cpu) {
        return create(new CreateBox("x", null, new BigDecimal(cpu), 1, null, null, null, null, null));
    }

    Box create(String name) {
        return create("x", name, null);
    }

    Box create(String image, String name, @Nullable Integer memoryMb) {
        return create(new CreateBox(image, name, null, memoryMb, null, null, null, null, null));
    }

    Box create(CreateBox request) {
        return boxes.create(request, BoxesFixture::image, PullListener.NONE);
    }

    static CreateBox request(String name) {
        return new CreateBox("x", name, null, null, null, null, null, null, null);
    }

    static CreateBox volume(Volume volume) {
        return new CreateBox("x", null, null, null, null, null, null, null, List.of(volume));
    }

    static CreateBox labels(Map<String, String> labels) {
        return new CreateBox("x", null, null, null, null, null, null, null, null, labels, null, null, null);
    }

    static CreateBox ports(boolean network, Port... ports) {
        return new CreateBox("x", null, null, null, null, network, null, null, null, null, List.of(ports), null, null);
    }

    void says(String words, CreateBox request) {
        assertThatThrownBy(() -> create(request))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                    assertThat(problem.message()).contains(words);
                });
    }

    static void refused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .asInstanceOf(type(ProblemException.class))
                .extracting(ProblemException::code)
                .isEqualTo(code);
    }

    void assertNothingOf(String box) {
        assertThat(home.boxes().resolve(box)).doesNotExist();
        assertThat(machine.running()).doesNotContain(new BoxId(box));
    }
}
