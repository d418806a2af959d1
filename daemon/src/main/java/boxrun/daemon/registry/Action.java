package boxrun.daemon.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** One thing asked of a registry. */
interface Action<T> {

    /** Where it is asked for. */
    URI address(Endpoint endpoint);

    /** Adds the headers that belong to it, for the next attempt. */
    void prepare(HttpRequest.Builder request);

    /**
     * Takes an answer of status 2xx.
     *
     * @throws RegistryException when the answer cannot be right
     * @throws IOException when the transfer breaks; it will be attempted again
     */
    T accept(HttpResponse<?> head, Body body) throws IOException;

    /** Grows whenever an attempt has got something that need not be got again. */
    default long progress() {
        return 0;
    }
}
