package boxrun.cli;

import boxrun.cli.command.Surroundings;
import boxrun.cli.terminal.Console;
import boxrun.config.Home;
import boxrun.config.Settings;
import boxrun.http.Address;
import boxrun.http.HttpClient;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.RequestBody;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Uses boxrun as people do, so that the build can see which classes that takes and store them ready for use. Standard
 * input has command lines and, for what no command asks of the daemon, requests: {@code POST /v1/run {…}}. What fails
 * has failed; a machine that cannot run boxes has a part of the rehearsal.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        Console console = Console.ofProcess();
        HttpClient daemon =
                new HttpClient(new Address.Unix(Home.of(Settings.load()).socket()), Duration.ofSeconds(10));
        String lines = new String(console.in().readAllBytes(), StandardCharsets.UTF_8);
        for (String line : lines.lines().toList()) {
            if (line.startsWith("boxrun")) {
                List<String> words = Arrays.asList(line.split(" ", -1));
                new Main(new Commands(), console, Surroundings.of(console), new Main.UsersDaemon())
                        .run(words.subList(1, words.size()));
            } else {
                ask(daemon, line.split(" ", 3));
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void ask(HttpClient daemon, String[] request) throws IOException {
        HttpRequest plain = HttpRequest.of(request[0], request[1]);
        RequestBody body =
                RequestBody.of("application/json", request[request.length - 1].getBytes(StandardCharsets.UTF_8));
        try (HttpResponse answer = daemon.send(request.length == 3 ? plain.with(body) : plain)) {
            answer.body().transferTo(OutputStream.nullOutputStream());
        }
    }
}
