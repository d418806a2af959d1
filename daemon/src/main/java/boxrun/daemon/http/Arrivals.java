package boxrun.daemon.http;

import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The channels of connections between their acceptance and their beginning. The web server shows them in the first
 * place only, and in the second the name that it made of their hash code.
 */
final class Arrivals {
    private final Map<String, SocketChannel> channels = new ConcurrentHashMap<>();

    void add(SocketChannel channel) {
        channels.values().removeIf(each -> !each.isOpen());
        String name = name(channel);
        // Of two with one name nobody knows which is which.
        if (channels.put(name, channel) != null) {
            channels.remove(name);
        }
    }

    /** The channel of a connection that begins; empty when it cannot be told. */
    Optional<SocketChannel> take(String name) {
        return Optional.ofNullable(channels.remove(name));
    }

    static String name(SocketChannel channel) {
        return "0x" + HexFormat.of().toHexDigits(System.identityHashCode(channel));
    }
}
