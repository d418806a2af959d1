package boxrun.daemon.image;

import boxrun.api.ProblemException;
import boxrun.api.PullProgress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Lets all who want the same thing at the same time share one attempt to get it: the first makes it, the others wait
 * and are told of its progress. When the first gives up because it was cancelled, one of the others takes over.
 */
final class Flights<K, V> {

    /** The attempt. */
    interface Work<V> {
        V get(PullListener listener) throws InterruptedException;
    }

    private final Map<K, Flight<V>> flights = new ConcurrentHashMap<>();

    private static final class Flight<V> implements PullListener {
        private final List<PullListener> listeners = new CopyOnWriteArrayList<>();
        private final CountDownLatch landed = new CountDownLatch(1);
        private volatile @Nullable V value;
        private volatile @Nullable RuntimeException failure;

        @Override
        public void progress(PullProgress progress) {
            listeners.forEach(listener -> listener.progress(progress));
        }

        /** What it brought; empty when it was cancelled. */
        Optional<V> await(PullListener listener) throws InterruptedException {
            listeners.add(listener);
            try {
                landed.await();
            } finally {
                listeners.remove(listener);
            }
            RuntimeException why = failure;
            if (why instanceof ProblemException problem) {
                // A new one, because each caller adds its own words and stack.
                ProblemException own = new ProblemException(problem.code(), problem.message()).because(problem);
                throw problem.hint().map(own::hint).orElse(own);
            }
            if (why != null) {
                throw new IllegalStateException(why);
            }
            return Optional.ofNullable(value);
        }
    }

    V share(K key, PullListener listener, Work<V> work) throws InterruptedException {
        while (true) {
            Flight<V> own = new Flight<>();
            Flight<V> other = flights.putIfAbsent(key, own);
            if (other == null) {
                return fly(key, own, listener, work);
            }
            Optional<V> shared = other.await(listener);
            if (shared.isPresent()) {
                return shared.get();
            }
        }
    }

    private V fly(K key, Flight<V> flight, PullListener listener, Work<V> work) throws InterruptedException {
        flight.listeners.add(listener);
        try {
            V value = work.get(flight);
            flight.value = value;
            return value;
        } catch (RuntimeException e) {
            flight.failure = e;
            throw e;
        } finally {
            flights.remove(key, flight);
            flight.landed.countDown();
        }
    }
}
