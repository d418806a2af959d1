package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.Listen;
import boxrun.client.OpenDoor;
import boxrun.daemon.testing.AnswerCheck;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.Programs;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonString;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that share nothing with ours, over both transports. Those of terminals all tell the stories of one file:
 * steps of a terminal with a name ({@code 0-9} are ten, {@code $} is which), {@code @} is different in each run.
 */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class IndependentClientsTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("boxrun.checkout", ".."));
    private static final Path STORIES = CHECKOUT.resolve("daemon/src/test/resources/boxrun/daemon/attach-stories.json");

    /** Before each text frame that a client has received. */
    private static final String FRAME = "frame ";

    private final DaemonProcess daemon;
    private final Box box;
    private final OpenDoor door;
    private final String token;

    IndependentClientsTest() throws Exception {
        daemon = new DaemonProcess().start();
        box = daemon.box("{\"workdir\": \"/srv\"}");
        door = daemon.owner().listen(new Listen(null, 0, null, null));
        token = Files.readString(daemon.state().resolve("token")).strip();
    }

    @AfterAll
    void close() throws Exception {
        door.close();
        daemon.close();
    }

    private String where(String transport) {
        return transport.equals("tcp") ? door.where().url() : daemon.socket().toString();
    }

    private static Map<String, JsonValue> stories() throws Exception {
        return Json.WIRE.tree(Files.readString(STORIES)).asObject("").members();
    }

    @ParameterizedTest
    @CsvSource({
        "node, attach_stories.js, tcp",
        "node, attach_stories.js, unix",
        "/usr/bin/python3, attach_stories.py, tcp",
        "/usr/bin/python3, attach_stories.py, unix"
    })
    void aTerminalIsTheSameForEveryClient(String program, String script, String transport) throws Exception {
        String said = Programs.run(
                "env",
                // Where Debian's packages are, for a Node that is not Debian's.
                "NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs",
                "timeout",
                "150",
                program,
                STORIES.resolveSibling(script).toString(),
                STORIES.toString(),
                where(transport),
                box.id(),
                script.replaceAll(".*\\.", "") + transport,
                transport.equals("tcp") ? token : "");
        List<String> frames =
                said.lines().filter(line -> line.startsWith(FRAME)).toList();
        assertThat(frames).hasSizeGreaterThan(stories().size());
        for (String frame : frames) {
            new AnswerCheck().checkFrame("/v1/boxes/" + box.id() + "/attach", frame.substring(FRAME.length()));
        }
        assertThat(said.lines().filter(line -> !line.startsWith(FRAME)))
                .containsExactlyElementsOf(stories().keySet());
    }

    @Test
    void aTerminalIsTheSameForTheClientOfTheJdk() throws Exception {
        URI uri = URI.create(where("tcp").replaceFirst("http", "ws") + "/v1/boxes/" + box.id() + "/attach");
        HttpClient client = HttpClient.newHttpClient();
        try {
            for (JsonValue story : stories().values()) {
                Map<String, JdkTerminal> terminals = new HashMap<>();
                for (JsonValue step : ((JsonArray) story).elements()) {
                    List<String> words = ((JsonArray) step)
                            .elements().stream()
                                    .map(IndependentClientsTest::word)
                                    .toList();
                    if (words.getFirst().equals("0-9")) {
                        for (int i = 0; i < 10; i++) {
                            String which = "" + i;
                            step(
                                    client,
                                    uri,
                                    terminals,
                                    which,
                                    words.stream()
                                            .map(word -> word.replace("$", which))
                                            .toList());
                        }
                    } else {
                        step(client, uri, terminals, words.getFirst(), words);
                    }
                }
            }
        } finally {
            // To close it would wait for terminals that the stories have left open.
            client.shutdownNow();
        }
    }

    private static String word(JsonValue word) {
        return switch (word) {
            case JsonNumber number -> number.value().toString();
            case JsonString(String text) -> text.replace("@", "jdk");
            default -> throw new AssertionError("no word of a story: " + word);
        };
    }

    private void step(HttpClient client, URI uri, Map<String, JdkTerminal> terminals, String name, List<String> words)
            throws InterruptedException {
        String first = words.size() > 2 ? words.get(2) : "";
        if (words.get(1).equals("open")) {
            terminals.put(name, new JdkTerminal(client, URI.create(uri + "?" + first), token));
            return;
        }
        JdkTerminal terminal = java.util.Objects.requireNonNull(terminals.get(name));
        switch (words.get(1)) {
            case "type" -> terminal.type(first);
            case "await" -> terminal.await(first);
            case "resize" -> terminal.resize(first, words.get(3));
            case "echo" -> terminal.echo(Integer.parseInt(first));
            case "skip" -> terminal.skip(first, Integer.parseInt(words.get(3)));
            case "exit" -> terminal.exit(Integer.parseInt(first));
            case "closed" -> terminal.closed(Integer.parseInt(first));
            case "leave" -> terminal.leave();
            case "vanish" -> terminal.vanish();
            // Nothing is read but on demand.
            case "pause", "resume" -> {}
            default -> throw new AssertionError("no step of a story: " + words);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void aClientThatKnowsOnlyTheOldMembersWorksUnchanged(String transport) throws Exception {
        assertThat(Programs.run(
                        "timeout",
                        "150",
                        "python3",
                        CHECKOUT.resolve("daemon/src/test/python/known_client.py")
                                .toString(),
                        where(transport),
                        transport.equals("tcp") ? token : "",
                        "host"))
                .isEmpty();
    }
}
