package boxrun.daemon.engine;

import boxrun.api.Port;
import boxrun.api.Volume;
import boxrun.daemon.image.LocalImage;
import java.util.List;

/**
 * What a box is made of.
 *
 * @param ports of a box with a network that are reached at ports of the host, which are known; one that somebody else
 *     has is {@code RESOURCE_EXCEEDED}
 * @param hostname the box's host name, a valid DNS label
 * @param ephemeral true when the disk need not survive a crash of the host ({@code boxrun run})
 */
public record Launch(
        LocalImage image,
        Limits limits,
        boolean network,
        List<Port> ports,
        List<Volume> volumes,
        String hostname,
        boolean ephemeral) {
    public Launch {
        ports = List.copyOf(ports);
        volumes = List.copyOf(volumes);
    }

    /** The same for a box with another host name. */
    public Launch named(String newHostname) {
        return new Launch(image, limits, network, ports, volumes, newHostname, ephemeral);
    }
}
