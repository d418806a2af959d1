package boxrun.api;

/** A directory or file of the host made visible in a box: both paths are absolute. */
public record Volume(String hostPath, String guestPath, boolean readonly) {}
