package boxrun.daemon.box;

import boxrun.api.ErrorCode;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Finds ports of the host that are free, for boxes that take any. */
final class HostPorts {
    private HostPorts() {}

    /** The same ports, with a number for each that has none. */
    static List<Port> chosen(List<Port> wanted) {
        // They are held until all are found, so that no two are the same.
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<Port> chosen = new ArrayList<>();
            for (Port port : wanted) {
                chosen.add(port.hostPort() == 0 ? new Port(port.hostIp(), free(port, held), port.guestPort()) : port);
            }
            return chosen;
        } finally {
            held.forEach(HostPorts::close);
        }
    }

    private static int free(Port port, List<ServerSocket> held) {
        try {
            ServerSocket socket = new ServerSocket();
            held.add(socket);
            socket.bind(new InetSocketAddress(InetAddress.getByName(port.hostIp()), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ProblemException(
                            ErrorCode.RESOURCE_EXCEEDED,
                            "cannot find a free port at " + port.hostIp() + " for port " + port.guestPort()
                                    + " of the box: " + e.getMessage())
                    .because(e);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
