package boxrun.daemon.box;

import boxrun.api.Port;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for the ports of a box. */
final class PortChecks {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final int MAX_PORT = 65_535;

    private PortChecks() {}

    /** With an address each. */
    static List<Port> ports(@Nullable List<Port> wanted, boolean network) {
        if (wanted == null || wanted.isEmpty()) {
            return List.of();
        }
        if (!network) {
            throw Checks.refusal("ports need network to be true: a box without a network cannot be reached");
        }
        Set<Integer> taken = new HashSet<>();
        List<Port> checked = new ArrayList<>();
        for (Port port : wanted) {
            String field = "ports[" + checked.size() + "]";
            String address = Optional.ofNullable(port.hostIp()).orElse(LOOPBACK);
            if (!IPV4.matcher(address).matches()) {
                throw Checks.refusal(field + ".host_ip must be an IPv4 address, not \"" + address + "\"");
            }
            number(field + ".host_port", port.hostPort(), 0);
            number(field + ".guest_port", port.guestPort(), 1);
            if (port.hostPort() != 0 && !taken.add(port.hostPort())) {
                throw Checks.refusal(field + ".host_port must be a port that no other one of the box has: "
                        + port.hostPort() + " is there twice");
            }
            checked.add(new Port(address, port.hostPort(), port.guestPort()));
        }
        return checked;
    }

    private static void number(String field, int port, int least) {
        if (port < least || port > MAX_PORT) {
            throw Checks.refusal(field + " must be a whole number from " + least + " to " + MAX_PORT + ", not " + port);
        }
    }
}
