package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.daemon.launcher.LaunchFailure;
import boxrun.daemon.launcher.Launcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The network of a box that asked for one: a pasta process that carries its connections as connections of the daemon's
 * user. The box has an address of its own behind it; nothing on the host's loopback can be reached, because neither the
 * gateway's address nor the box's own loopback is mapped to it. Link-local addresses cannot be reached either.
 */
final class Network {
    static final String DNS = "10.0.2.3";
    private static final String DEVICE = "eth0";
    private static final String ADDRESS = "10.0.2.100";
    private static final String GATEWAY = "10.0.2.2";

    private static final String TRIED = "give the box a network";

    private final Launcher launcher;

    Network(Launcher launcher) {
        this.launcher = launcher;
    }

    /** Connects the network namespace of a box's first process; pasta ends with that process. */
    void connect(BoxDirectory box, ProcessIdentity process, List<Port> ports) throws IOException {
        Path pasta = Programs.require("pasta", TRIED, "passt");
        List<String> command = new ArrayList<>(List.of(pasta.toString()));
        if (launcher.ids().privileged()) {
            // As the user nobody, which it would become, it may not join the box's namespaces.
            command.addAll(List.of("--runas", "0"));
        }
        command.addAll(List.of("--config-net", "--quiet", "--ipv4-only"));
        command.addAll(List.of("--address", ADDRESS, "--netmask", "255.255.255.0", "--gateway", GATEWAY));
        command.addAll(List.of("--ns-ifname", DEVICE, "--no-map-gw", "--dns-forward", DNS));
        command.addAll(List.of("--udp-ports", "none", "--tcp-ns", "none", "--udp-ns", "none"));
        command.addAll(published(ports));
        command.addAll(List.of("--pid", box.pastaPidFile().toString(), Long.toString(process.pid())));
        Commands.Result result = Commands.run(TRIED, command);
        if (result.code() != 0) {
            throw refused(ports, result.output())
                    .orElseGet(() -> LaunchFailure.problem(TRIED, result.code(), result.output()));
        }
        tether(box, process);
        barLinkLocal(process);
    }

    /** Clouds give credentials to whoever asks at a link-local address, so a box may not ask there. */
    private void barLinkLocal(ProcessIdentity process) {
        launcher.run(
                "keep the box from link-local addresses",
                "network",
                List.of(Long.toString(process.pid()), DEVICE, GATEWAY, DNS));
    }

    /** pasta does not end by itself with the box, and the daemon, which would end it, may not run then. */
    private void tether(BoxDirectory box, ProcessIdentity process) throws IOException {
        Optional<ProcessIdentity> pasta = pasta(box);
        if (pasta.isPresent()) {
            Records.write(box.pasta(), pasta.get());
            List<String> both = List.of(
                    Long.toString(process.pid()), Long.toString(pasta.get().pid()));
            Commands.require(TRIED, launcher.command("tether", both));
        }
    }

    private static List<String> published(List<Port> ports) {
        return ports.isEmpty()
                ? List.of("--tcp-ports", "none")
                : ports.stream()
                        .flatMap(port -> Stream.of("--tcp-ports", address(port, "/") + ":" + port.guestPort()))
                        .toList();
    }

    private static String address(Port port, String separator) {
        return port.hostIp() + separator + port.hostPort();
    }

    /** pasta names the port that it could not have, and not the reason. */
    private static Optional<ProblemException> refused(List<Port> ports, String words) {
        return ports.stream()
                .filter(port -> words.contains("bind") && words.contains(address(port, "/") + ":"))
                .findFirst()
                .map(port -> new ProblemException(
                                ErrorCode.RESOURCE_EXCEEDED,
                                "cannot publish port " + port.guestPort() + " of the box at " + address(port, ":")
                                        + ": another program uses that port, or this user may not")
                        .hint("choose another port of the host, or 0 for any that is free"));
    }

    /** The addresses of a box that is connected; none for one that is not. */
    static Map<String, String> details(BoxDirectory box) {
        return Files.exists(box.pastaPidFile())
                ? Map.of("device", DEVICE, "address", ADDRESS, "gateway", GATEWAY, "dns", DNS)
                : Map.of();
    }

    /** Ends the box's pasta, if there is one. */
    void disconnect(BoxDirectory box) throws IOException, InterruptedException {
        // While it ends it has no command line any more, and still has the ports.
        Optional<ProcessIdentity> known = Records.read(box.pasta(), ProcessIdentity.class);
        Optional<ProcessIdentity> pasta = known.isPresent() ? known : pasta(box);
        if (pasta.isPresent()) {
            pasta.get().killAndWait();
        }
        Files.deleteIfExists(box.pasta());
        Files.deleteIfExists(box.pastaPidFile());
    }

    /** The process of the pid file, when its command line shows that it is the one that wrote it. */
    private static Optional<ProcessIdentity> pasta(BoxDirectory box) throws IOException {
        if (!Files.exists(box.pastaPidFile())) {
            return Optional.empty();
        }
        String pid = Files.readString(box.pastaPidFile()).strip();
        if (!pid.matches("[0-9]+")) {
            return Optional.empty();
        }
        Optional<ProcessIdentity> process = ProcessIdentity.of(Long.parseLong(pid));
        try {
            String words = Files.readString(Path.of("/proc", pid, "cmdline"), StandardCharsets.ISO_8859_1);
            return process.filter(_ ->
                    List.of(words.split("\0", -1)).contains(box.pastaPidFile().toString()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
