package boxrun.daemon.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of the daemon, asked for by a signal, a request or idleness: the steps run once, in order, on the thread that
 * waits for the end. A step that fails does not keep the others from running.
 */
public final class OrderlyStop {
    private static final System.Logger LOG = System.getLogger(OrderlyStop.class.getName());

    /** A daemon that is signalled while it starts has nobody who runs the steps. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** One step, which bounds its own time. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    private record Step(String name, Action action) {}

    private final List<Step> steps = new ArrayList<>();
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    /** Adds a step after those that were added. */
    public void then(String name, Action action) {
        steps.add(new Step(name, action));
    }

    /** Makes SIGTERM and SIGINT stop in order: the process ends when the steps are done. */
    public void onSignal() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            request("signal");
            try {
                if (!done.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                    LOG.log(System.Logger.Level.WARNING, "not stopped in order within {0}", LONGEST);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** Returns at once; only the first request counts. */
    public void request(String reason) {
        if (!requested()) {
            LOG.log(System.Logger.Level.INFO, "stopping: {0}", reason);
            requested.countDown();
        }
    }

    public boolean requested() {
        return requested.getCount() == 0;
    }

    /** Waits for the request, then runs the steps. */
    public void await() throws InterruptedException {
        requested.await();
        for (Step step : steps) {
            try {
                step.action().run();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "while stopping (" + step.name() + ")", e);
            }
        }
        done.countDown();
    }
}
