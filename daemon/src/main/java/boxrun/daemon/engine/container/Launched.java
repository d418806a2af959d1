package boxrun.daemon.engine.container;

import java.util.List;

/**
 * How a box was started last, kept so that its files can be reached while it is stopped.
 *
 * @param arguments of the launcher's {@code up}
 */
record Launched(List<String> arguments) {
    Launched {
        arguments = List.copyOf(arguments);
    }
}
