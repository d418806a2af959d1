package boxrun.cli.connect;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.client.Greeting;
import boxrun.config.Home;
import boxrun.config.Version;
import boxrun.http.Address;
import java.nio.file.Files;
import java.time.Duration;

/** Dials the socket and asks who is there. */
final class DaemonSearch {
    /** Who was found. */
    sealed interface Found {}

    /** A daemon of our build. */
    record Compatible(BoxrunClient client) implements Found {}

    /** A daemon of another build. */
    record OtherBuild(BoxrunClient client, Greeting greeting) implements Found {}

    /** No socket, one that nobody listens on, or a daemon that left when we came. */
    record Nobody(BoxrunClient client) implements Found {}

    private final Home home;
    private final Version own;
    private final Duration answerWithin;

    DaemonSearch(Home home, Version own, Duration answerWithin) {
        this.home = home;
        this.own = own;
        this.answerWithin = answerWithin;
    }

    Found find() {
        BoxrunClient client = new BoxrunClient(new Address.Unix(home.socket()));
        try {
            Greeting greeting = client.greet(answerWithin);
            return greeting.build().equals(own.build()) ? new Compatible(client) : new OtherBuild(client, greeting);
        } catch (ConnectionException e) {
            if (e.late()) {
                throw hung(e);
            }
            if (!e.connected() && Files.exists(home.socket()) && !Files.isWritable(home.socket())) {
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "no permission to use the socket " + home.socket())
                        .because(e);
            }
            return new Nobody(client);
        }
    }

    private ProblemException hung(ConnectionException cause) {
        ProblemException hung = new ProblemException(
                        ErrorCode.RUNTIME_ERROR,
                        "the daemon at " + home.socket()
                                + " does not answer: it took the connection, but said nothing for "
                                + answerWithin.toSeconds() + " s")
                .because(cause);
        return DaemonHolder.pid(home)
                .map(pid -> hung.hint(
                        "look into " + home.daemonLog() + ", or end it: kill " + pid + "; boxes that run stay"))
                .orElse(hung.hint("look into " + home.daemonLog()));
    }
}
