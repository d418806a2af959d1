package boxrun.daemon.http;

import io.helidon.common.GenericType;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.media.type.MediaType;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import io.helidon.webserver.http.spi.SinkProvider;
import io.helidon.webserver.http.spi.SinkProviderContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;

/**
 * Interrupts a handler when its client goes away, or the daemon is about to end, for requests that take long without
 * writing. The connection is not used for another request afterwards: whoever waits for the client's end of it owns what
 * comes in on it.
 */
final class ClientWatch {
    private static final GenericType<Access> ACCESS = GenericType.create(Access.class);

    private final Thread handler = Thread.currentThread();
    private boolean over;
    private boolean interrupted;

    /** Gives handlers what the web server gives to providers of sinks only: the connection. */
    static final class Access implements Sink<Object> {
        private final DataReader input;

        private Access(DataReader input) {
            this.input = input;
        }

        @Override
        public Access emit(Object event) {
            throw new UnsupportedOperationException("not a stream of events");
        }

        @Override
        public void close() {}
    }

    /** Found by the web server through META-INF/services. */
    public static final class Provider implements SinkProvider<Object> {
        @Override
        public boolean supports(GenericType<? extends Sink<?>> type, ServerRequest request) {
            return type.equals(ACCESS);
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the web server's interface
        public <X extends Sink<Object>> X create(SinkProviderContext context) {
            return (X) new Access(context.connectionContext().dataReader());
        }

        @Override
        @SuppressWarnings({"removal", "TypeParameterUnusedInFormals"}) // has no default yet
        public <X extends Sink<Object>> X create(
                ServerResponse response, BiConsumer<Object, MediaType> events, Runnable close) {
            throw new UnsupportedOperationException("the connection is needed");
        }
    }

    private ClientWatch() {}

    /** What a handler does. */
    interface Work {
        void run() throws InterruptedException, IOException;
    }

    /** Does something that is interrupted when the client goes away. The request's body must have been read. */
    static void during(ServerResponse response, LongRequests requests, Work work) {
        Access access = response.header(HeaderValues.CONNECTION_CLOSE).sink(ACCESS);
        ClientWatch watch = new ClientWatch();
        requests.add(watch);
        Thread.ofVirtual().name("client watch").start(() -> watch.await(access.input));
        try {
            work.run();
        } catch (InterruptedException e) {
            throw new CloseConnectionException("the client went away, or the daemon ends", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            requests.remove(watch);
            watch.end();
        }
    }

    private void await(DataReader input) {
        try {
            input.ensureAvailable();
        } catch (RuntimeException closed) {
            interrupt();
        }
    }

    synchronized void interrupt() {
        // A second interrupt would disturb the cleaning up that the first one caused.
        if (!over && !interrupted) {
            interrupted = true;
            handler.interrupt();
        }
    }

    private synchronized void end() {
        over = true;
        // What comes after is not to be interrupted by what is over.
        Thread.interrupted();
    }
}
