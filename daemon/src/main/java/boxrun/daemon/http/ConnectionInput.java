package boxrun.daemon.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/** What comes in on the connection that the current thread serves: handlers are not given it. */
final class ConnectionInput {
    private static final ThreadLocal<DataReader> CURRENT = new ThreadLocal<>();

    private ConnectionInput() {}

    /** Notes the connection for each request. */
    static final class Listener implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext connection, HttpPrologue prologue) {
            CURRENT.set(connection.dataReader());
        }
    }

    static DataReader current() {
        return CURRENT.get();
    }

    /** For one who owns it from now on: the connection is not used for another request. */
    static DataReader take() {
        DataReader input = CURRENT.get();
        CURRENT.remove();
        return input;
    }

    static boolean isTaken() {
        return CURRENT.get() == null;
    }
}
