package boxrun.cli.command;

import boxrun.client.LifeEvent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Which events to show: of each list one has to fit, unless it is empty. */
record EventFilter(List<String> types, List<String> actions, Instant since) {
    EventFilter {
        types = List.copyOf(types);
        actions = List.copyOf(actions);
    }

    boolean fits(LifeEvent event) {
        return switch (event) {
            case LifeEvent.OfBox(long id, var of) -> fits("box", of.action().name(), of.at());
            case LifeEvent.OfExec(long id, var of) -> fits("exec", of.action().name(), of.at());
            case LifeEvent.Missed missed -> false;
        };
    }

    private boolean fits(String type, String action, Instant at) {
        return (types.isEmpty() || types.contains(type))
                && (actions.isEmpty() || actions.contains(action.toLowerCase(Locale.ROOT)))
                && !at.isBefore(since);
    }
}
