package boxrun.daemon.image;

import boxrun.daemon.oci.ImageConfig;

/**
 * An image that is ready to be launched: everything it needs is on this machine.
 *
 * @param reference as it was asked for, in full
 * @param digest of the manifest, or empty for sources that have none
 */
public record LocalImage(String reference, String digest, ImageConfig.Defaults defaults, Rootfs rootfs) {}
