package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The endpoints: what is on no path of the table is 404, what is on one with another method is 405. */
final class ApiTable {
    private final HttpRouting.Builder routing;
    private final Map<String, Map<Method, Handler>> paths = new LinkedHashMap<>();

    ApiTable(HttpRouting.Builder routing) {
        this.routing = routing;
    }

    ApiTable get(String path, Handler handler) {
        return add(Method.GET, path, handler);
    }

    ApiTable post(String path, Handler handler) {
        return add(Method.POST, path, handler);
    }

    ApiTable delete(String path, Handler handler) {
        return add(Method.DELETE, path, handler);
    }

    private ApiTable add(Method method, String path, Handler handler) {
        paths.computeIfAbsent(path, unseen -> new LinkedHashMap<>()).put(method, handler);
        return this;
    }

    /** What there is, each as {@code GET /v1/info}. */
    Set<String> routes() {
        Set<String> routes = new TreeSet<>();
        paths.forEach((path, handlers) -> handlers.keySet().forEach(method -> routes.add(method.text() + " " + path)));
        return routes;
    }

    /** To be called last. What comes first in the table has all of its path: {@code {id}} would match x:stop too. */
    void end() {
        paths.forEach((path, handlers) -> {
            handlers.forEach((method, handler) -> routing.route(method, path, handler));
            String names = String.join(
                    ", ", handlers.keySet().stream().map(Method::text).toList());
            routing.any(path, (request, response) -> wrongMethod(request, response, names));
        });
        routing.any((request, response) -> {
            throw new ProblemException(
                            ErrorCode.NOT_FOUND, "there is no " + request.path().path())
                    .hint("docs/api.md lists what there is");
        });
        routing.error(Throwable.class, Answers::failure);
    }

    private static void wrongMethod(ServerRequest request, ServerResponse response, String allowed) {
        response.header(HeaderNames.ALLOW, allowed);
        throw new ProblemException(
                ErrorCode.METHOD_NOT_ALLOWED,
                request.path().path() + " takes " + allowed + ", not "
                        + request.prologue().method().text());
    }
}
