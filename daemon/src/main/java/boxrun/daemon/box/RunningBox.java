package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.oci.ImageConfig;
import java.nio.file.Path;

/**
 * A box in which commands can be started.
 *
 * @param defaults what its image says about commands
 * @param directory where what belongs to it is kept
 * @param durable whether its commands' records outlive the daemon
 */
public record RunningBox(BoxId id, Box box, ImageConfig.Defaults defaults, Path directory, boolean durable) {}
