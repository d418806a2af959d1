package boxrun.cli.command;

import boxrun.cli.print.Ages;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Table;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Prints the terminals of a box that live on when they are left. */
record ListSessions(String box, Listing listing) implements Action {
    @Override
    public int run(Session here) throws IOException {
        BoxrunClient daemon = here.daemon().get();
        List<boxrun.api.Session> sessions = NamedBox.ask(daemon, box, daemon::sessions);
        here.console().print(FormatOption.text(listing, sessions, list -> table(list, Instant.now())));
        return 0;
    }

    static Table table(List<boxrun.api.Session> sessions, Instant now) {
        Table table = new Table("NAME", "COMMAND", "ATTACHED", "CREATED");
        for (boxrun.api.Session session : sessions) {
            table.row(
                    session.name(),
                    String.join(" ", session.cmd()),
                    session.attached() ? "yes" : "no",
                    Ages.ago(session.createdAt(), now));
        }
        return table;
    }
}
