package boxrun.daemon.image;

/**
 * How large a layer may be when unpacked. A few kilobytes can decompress to terabytes, so there is a bound.
 *
 * @param entries files, directories and links
 * @param bytes of the tar stream, and of the files in it
 */
public record LayerLimits(long entries, long bytes) {
    /** Several times the largest layers that are in use: images for machine learning have layers of some 20 GB. */
    public static final LayerLimits USUAL = new LayerLimits(4_000_000, 128L << 30);
}
