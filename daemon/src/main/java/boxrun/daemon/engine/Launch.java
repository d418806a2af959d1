package boxrun.daemon.engine;

import boxrun.api.Volume;
import boxrun.daemon.image.LocalImage;
import java.util.List;

/**
 * What a box is made of.
 *
 * @param hostname the box's host name, a valid DNS label
 * @param ephemeral true when the disk need not survive a crash of the host ({@code boxrun run})
 */
public record Launch(
        LocalImage image, Limits limits, boolean network, List<Volume> volumes, String hostname, boolean ephemeral) {
    public Launch {
        volumes = List.copyOf(volumes);
    }
}
