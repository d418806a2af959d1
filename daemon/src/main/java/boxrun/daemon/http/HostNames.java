package boxrun.daemon.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request may call this server in its Host header. A web page that has made its own name point to this machine
 * (DNS rebinding) sends that name; an address cannot be made to point elsewhere.
 *
 * @param bound where the server listens
 * @param names that are its own, in lower case
 */
record HostNames(InetAddress bound, Set<String> names) {
    private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9._-]+))(?::\\d{1,5})?");

    HostNames {
        names = Set.copyOf(names);
    }

    /** For a server at the address that a host's name or address stands for. */
    static HostNames of(String host, InetAddress bound) {
        Set<String> names = new HashSet<>(List.of("localhost"));
        names.add(host.toLowerCase(Locale.ROOT));
        if (bound.isAnyLocalAddress()) {
            names.add(machine());
        }
        return new HostNames(bound, names);
    }

    private static String machine() {
        try {
            return Files.readString(KERNEL_HOST_NAME).strip().toLowerCase(Locale.ROOT);
        } catch (IOException unknown) {
            return "localhost";
        }
    }

    /**
     * The name or address in a Host header, or in the authority of a URL, in lower case; empty when it makes no sense.
     */
    private static Optional<String> name(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return Optional.of(name.toLowerCase(Locale.ROOT));
    }

    boolean allow(String authority) {
        return name(authority)
                .filter(name -> names.contains(name)
                        || literal(name).filter(this::isOurs).isPresent())
                .isPresent();
    }

    private boolean isOurs(InetAddress address) {
        return address.isLoopbackAddress() || address.equals(bound) || bound.isAnyLocalAddress();
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException aName) {
            return Optional.empty();
        }
    }
}
