package boxrun.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.RegistryFront;
import boxrun.daemon.testing.RegistryFront.Fate;
import boxrun.daemon.testing.RegistryServer;
import boxrun.daemon.testing.TarBuilder;
import boxrun.daemon.testing.TokenServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from real registries that ask who is there. */
@Timeout(60)
class RegistryAuthTest {
    /** bcrypt of {@code pass:word}. */
    private static final String HTPASSWD = "tester:$2b$04$dpECnk3EcuXpZw79eH0JjuYku9yCADx4CQYdMxbJYMt0HyiT.YpDe\n";

    @TempDir
    private static Path shared;

    private static RegistryServer basic;
    private static RegistryServer bearer;
    private static TokenServer tokens;

    @TempDir
    private Path state;

    @RegisterExtension
    private final ImageStoreFixture stores = new ImageStoreFixture();

    @TempDir
    private Path home;

    @BeforeAll
    static void start() throws Exception {
        OciLayoutBuilder layout = new OciLayoutBuilder(shared.resolve("image"));
        layout.layer(new TarBuilder().file("f", "secret").build(), Compression.GZIP);
        layout.tag("1");
        try (RegistryServer open = RegistryServer.start(shared.resolve("registry"))) {
            open.push("oci:" + shared.resolve("image") + ":1", "team/closed:1");
        }
        Files.writeString(shared.resolve("htpasswd"), HTPASSWD);
        basic = RegistryServer.start(shared.resolve("registry"), """
                auth:
                  htpasswd:
                    realm: test
                    path: %s
                """.formatted(shared.resolve("htpasswd")));
        tokens = TokenServer.start(shared.resolve("tokens"));
        bearer = RegistryServer.start(shared.resolve("registry"), tokens.auth());
    }

    @AfterAll
    static void stop() {
        basic.close();
        bearer.close();
        tokens.close();
    }

    private Images images(Map<String, String> environment) {
        return stores.open(state, ImageStoreFixture.settings(environment));
    }

    private void keep(String json) throws Exception {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), json);
    }

    private static String auth(String host, String pair) {
        return "{\"auths\":{\"" + host + "\":{\"auth\":\""
                + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)) + "\"}}}";
    }

    private LocalImage pull(String host) {
        return images(Map.of("HOME", home.toString()))
                .resolve(host + "/team/closed:1", PullPolicy.MISSING, PullListener.NONE);
    }

    private static void assertSecret(LocalImage image) {
        assertThat(ImageStoreFixture.layer(image, 0).resolve("f")).hasContent("secret");
    }

    private void assertDenied(String host, String words) {
        assertThatThrownBy(() -> pull(host)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
            assertThat(problem.message()).contains("could not pull the manifest of " + host, words);
            assertThat(problem.hint())
                    .hasValueSatisfying(hint -> assertThat(hint).contains("docker login " + host));
        });
    }

    @Test
    void aKeptPasswordOpensARegistry() throws Exception {
        keep(auth(basic.host(), "tester:pass:word"));
        assertSecret(pull(basic.host()));
    }

    @Test
    void withoutAPasswordTheHintIsToLogIn() {
        assertDenied(basic.host(), "none is kept for " + basic.host());
    }

    @Test
    void aWrongPasswordIsSaidToBeRefused() throws Exception {
        keep(auth("https://" + basic.host() + "/v2/", "tester:wrong"));
        assertDenied(basic.host(), "it refuses the credentials kept for " + basic.host());
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws Exception {
        keep("{\"auths\": nonsense");
        assertDenied(basic.host(), home.resolve(".docker/config.json").toString());
    }

    @Test
    void podmansFileIsReadToo() throws Exception {
        Files.createDirectories(home.resolve("containers"));
        Files.writeString(home.resolve("containers/auth.json"), auth(basic.host(), "tester:pass:word"));
        assertSecret(images(Map.of("XDG_RUNTIME_DIR", home.toString()))
                .resolve(basic.host() + "/team/closed:1", PullPolicy.MISSING, PullListener.NONE));
    }

    private void credentialProgram(String script) throws Exception {
        Path program = home.resolve("docker-credential-test");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        keep("{\"credHelpers\":{\"" + basic.host() + "\":\"test\"}}");
    }

    private LocalImage pullWithProgram() {
        return images(Map.of("HOME", home.toString(), "PATH", home + ":/usr/bin:/bin"))
                .resolve(basic.host() + "/team/closed:1", PullPolicy.MISSING, PullListener.NONE);
    }

    @Test
    void aCredentialProgramIsAsked() throws Exception {
        credentialProgram("read server\n[ \"$1 $server\" = 'get " + basic.host()
                + "' ] && echo '{\"ServerURL\":\"x\",\"Username\":\"tester\",\"Secret\":\"pass:word\"}'\n");
        assertSecret(pullWithProgram());
    }

    @Test
    void aCredentialProgramThatFailsIsNamed() throws Exception {
        credentialProgram("echo 'the key ring is locked'\nexit 1\n");
        assertThatThrownBy(this::pullWithProgram)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.message())
                                .contains("docker-credential-test failed: the key ring is locked"));
    }

    @Test
    void aTokenIsFetchedOnceForAllRequests() {
        tokens.behave(true, 300);
        assertSecret(pull(bearer.host()));
        assertThat(tokens.authorizations()).containsExactly("");
    }

    @Test
    void theTokenServerIsToldThePassword() throws Exception {
        tokens.behave(true, 300);
        keep(auth(bearer.host(), "a:b"));
        assertSecret(pull(bearer.host()));
        assertThat(tokens.authorizations()).containsExactly("Basic YTpi");
    }

    @Test
    void aTokenServerThatRefusesIsNamedWithItsWords() {
        tokens.behave(false, 300);
        assertDenied(bearer.host(), "its token server 127.0.0.1 answered 401 (who are you)");
    }

    @Test
    void aRedirectToAnotherHostDoesNotGetThePassword() throws Exception {
        try (RegistryServer open = RegistryServer.start(shared.resolve("registry"));
                RegistryFront store = RegistryFront.before(open.host());
                RegistryFront front = RegistryFront.before(basic.host())) {
            keep(auth(front.host(), "tester:pass:word"));
            front.fates((path, number) ->
                    path.contains("/blobs/") ? new Fate.Redirect("http://" + store.host()) : RegistryFront.pass());
            assertSecret(pull(front.host()));
            assertThat(front.seen("/blobs/"))
                    .allMatch(request -> request.authorization().isPresent());
            assertThat(store.seen("/blobs/"))
                    .isNotEmpty()
                    .allMatch(request -> request.authorization().isEmpty());
        }
    }
}
