package boxrun.daemon.oci;

import java.util.Locale;

/**
 * What machine an image is for.
 *
 * @param variant empty where the architecture has none
 */
public record Platform(String os, String architecture, String variant) {

    /** The platform of boxes: Linux on this machine's processor. */
    public static Platform ofThisMachine() {
        return of(System.getProperty("os.arch", ""));
    }

    /** @param machine as the JVM names it */
    static Platform of(String machine) {
        return switch (machine.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
            case "aarch64", "arm64" -> new Platform("linux", "arm64", "v8");
            default -> new Platform("linux", machine.toLowerCase(Locale.ROOT), "");
        };
    }

    /**
     * Whether an image for {@code image} runs here. arm64 without a variant is v8; amd64 variants say what it needs.
     */
    public boolean runs(Platform image) {
        if (!os.equals(image.os) || !architecture.equals(image.architecture)) {
            return false;
        }
        return image.variant.isEmpty() || image.variant.equals(variant);
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() || architecture.equals("arm64") ? "" : "/" + variant);
    }
}
