package boxrun.daemon.registry;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.oci.Descriptor;
import boxrun.daemon.registry.BlobSink.SinkException;
import boxrun.daemon.registry.RegistryException.Kind;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Pulls from registries. All mirrors of a registry are asked before itself; when none gives what was asked for, the
 * {@link ProblemException} says what each answered: {@code IMAGE_NOT_FOUND} when the registry has no such image,
 * {@code IMAGE_PULL_FAILED} otherwise.
 */
public final class Registry {
    private final RegistrySettings settings;
    private final Caller caller;
    private final Map<String, List<Endpoint>> working = new ConcurrentHashMap<>();

    public Registry(RegistrySettings settings) {
        this.settings = settings;
        this.caller = new Caller(
                new HttpClients(settings),
                settings.patience(),
                new Credentials(settings.environment()),
                new Tokens(settings.patience(), InstantSource.system()));
    }

    /** A manifest or an index, by tag or digest. */
    public RegistryDocument manifest(String registry, String repository, String version) throws InterruptedException {
        String name = registry + "/" + repository + (version.startsWith("sha256:") ? "@" : ":") + version;
        try {
            return first("the manifest of " + name, registry, repository, () -> new PullManifest(repository, version));
        } catch (SinkException e) {
            throw new IllegalStateException("a manifest has no sink", e);
        }
    }

    /**
     * A blob, from where the sink stands.
     *
     * @throws SinkException when the sink cannot take it
     */
    public void blob(String registry, String repository, Descriptor blob, BlobSink sink)
            throws InterruptedException, SinkException {
        if (sink.position() < blob.size()) {
            first(
                    "the blob " + blob.digest() + " of " + registry + "/" + repository,
                    registry,
                    repository,
                    () -> new PullBlob(repository, blob.digest(), blob.size(), sink));
        }
    }

    private record Failure(Endpoint endpoint, RegistryException why) {

        /** Whether the host has answered already, so that there is no sense in asking it with or without TLS. */
        boolean answersFor(Endpoint other) {
            boolean maybeTls = endpoint.plain() && why.message().startsWith("it answered 400");
            return !isConnection(why.kind()) && !maybeTls && other.isOtherSchemeOf(endpoint);
        }

        /** Of a host that was tried with TLS and without, only the attempt that got further is worth telling. */
        boolean saysMoreThan(Failure other) {
            return endpoint.isOtherSchemeOf(other.endpoint)
                    && isConnection(other.why.kind())
                    && (!isConnection(why.kind()) || endpoint.plain());
        }
    }

    private <T> T first(String what, String registry, String repository, Supplier<Action<T>> action)
            throws InterruptedException, SinkException {
        List<Failure> failures = new ArrayList<>();
        for (Endpoint endpoint : working.computeIfAbsent(registry, host -> Endpoint.of(host, settings))) {
            if (failures.stream().anyMatch(failure -> failure.answersFor(endpoint))) {
                continue;
            }
            try {
                T value = caller.call(endpoint, repository, action.get());
                working.computeIfPresent(registry, (host, endpoints) -> withoutOtherScheme(endpoints, endpoint));
                return value;
            } catch (SinkException e) {
                throw e;
            } catch (RegistryException e) {
                failures.add(new Failure(endpoint, e));
            } catch (IOException e) {
                failures.add(new Failure(endpoint, new RegistryException(Kind.FAILED, e.toString(), e)));
            }
        }
        throw problem(what, registry, failures);
    }

    /** A host that has answered with TLS or without need not be tried the other way again. */
    private static List<Endpoint> withoutOtherScheme(List<Endpoint> endpoints, Endpoint answered) {
        return endpoints.stream()
                .filter(other -> !other.isOtherSchemeOf(answered))
                .toList();
    }

    private ProblemException problem(String what, String registry, List<Failure> all) {
        List<Failure> failures = all.stream()
                .filter(failure -> all.stream().noneMatch(other -> other.saysMoreThan(failure)))
                .toList();
        StringBuilder message = new StringBuilder("could not pull ").append(what);
        boolean first = true;
        for (Failure failure : failures) {
            message.append(first ? " from " : ", nor from ")
                    .append(failure.endpoint())
                    .append(": ")
                    .append(failure.why().message());
            first = false;
        }
        Failure last = failures.getLast();
        Kind kind = last.why().kind();
        ErrorCode code = kind == Kind.NOT_FOUND ? ErrorCode.IMAGE_NOT_FOUND : ErrorCode.IMAGE_PULL_FAILED;
        return new ProblemException(code, message.toString())
                .hint(hint(kind, registry, last.endpoint()))
                .because(last.why());
    }

    private static boolean isConnection(Kind kind) {
        return kind == Kind.UNREACHABLE || kind == Kind.UNTRUSTED;
    }

    private static String hint(Kind kind, String registry, Endpoint endpoint) {
        String host = endpoint.base().getRawAuthority();
        return switch (kind) {
            case NOT_FOUND -> "check the name and the tag";
            case DENIED ->
                "check the name, or log in with: docker login "
                        + (registry.equals("docker.io") ? "" : endpoint.authority()).strip();
            case UNREACHABLE ->
                "check the network, or name a registry that can be reached: BOXRUN_REGISTRY_MIRRORS=" + registry
                        + "=http://HOST:PORT; boxrun run host -- CMD needs no registry";
            case UNTRUSTED -> "if you trust the network between, allow it: BOXRUN_INSECURE_REGISTRIES=" + host;
            case FAILED -> "try again; if it stays like this, ask whoever runs " + host;
        };
    }
}
