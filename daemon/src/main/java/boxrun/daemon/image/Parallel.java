package boxrun.daemon.image;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Does something with each element of a list at the same time. */
final class Parallel {

    /** What is done. */
    interface Step<T, R> {
        R apply(T element) throws InterruptedException;
    }

    private Parallel() {}

    /**
     * The results in the order of the elements. The first failure, or an interrupt of the calling thread, interrupts
     * all steps; no step runs any more when this method is left.
     */
    static <T, R> List<R> map(List<T> elements, Step<T, R> step) throws InterruptedException {
        List<AtomicReference<@Nullable R>> results = new ArrayList<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (T element : elements) {
            AtomicReference<@Nullable R> result = new AtomicReference<>();
            results.add(result);
            threads.add(Thread.ofVirtual().name("layer").unstarted(() -> {
                try {
                    result.set(step.apply(element));
                } catch (InterruptedException | RuntimeException | Error e) {
                    if (failure.compareAndSet(null, e)) {
                        threads.forEach(Thread::interrupt);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        joinAll(threads);
        return collected(results, failure.get());
    }

    private static void joinAll(List<Thread> threads) throws InterruptedException {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    threads.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            throw new InterruptedException();
        }
    }

    private static <R> List<R> collected(List<AtomicReference<@Nullable R>> results, @Nullable Throwable failure)
            throws InterruptedException {
        switch (failure) {
            case null -> {}
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        }
        List<R> values = new ArrayList<>();
        for (AtomicReference<@Nullable R> result : results) {
            R value = result.get();
            if (value == null) {
                throw new IllegalStateException("a step without a result");
            }
            values.add(value);
        }
        return values;
    }
}
