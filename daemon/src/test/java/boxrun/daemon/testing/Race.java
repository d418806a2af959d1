package boxrun.daemon.testing;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Things done at once: what came of those that went well, and why the others were refused. */
public record Race<T>(List<T> winners, List<ErrorCode> refusals) {

    public static <T> Race<T> of(Callable<? extends T> one, Callable<? extends T> other) throws Exception {
        return of(List.of(one, other));
    }

    public static <T> Race<T> of(List<Callable<? extends T>> runners) throws Exception {
        CyclicBarrier line = new CyclicBarrier(runners.size());
        List<Future<T>> running = new ArrayList<>();
        List<T> winners = new ArrayList<>();
        List<ErrorCode> refusals = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Callable<? extends T> runner : runners) {
                running.add(threads.submit(() -> {
                    line.await();
                    return runner.call();
                }));
            }
            for (Future<T> future : running) {
                try {
                    winners.add(future.get());
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof ProblemException problem)) {
                        throw e;
                    }
                    refusals.add(problem.code());
                }
            }
        }
        return new Race<>(winners, refusals);
    }
}
