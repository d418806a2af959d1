package boxrun.daemon.http;

/**
 * What there is at the server that is asked.
 *
 * @param box that runs
 * @param exec a command of it that runs
 * @param stoppedBox another box
 * @param owner whether everything is reached: some is on the Unix socket only
 */
record Places(String box, String exec, String stoppedBox, boolean owner) {
    /** A path of the document, of these. */
    String in(String path) {
        return in(path, box);
    }

    String in(String path, String otherBox) {
        return path.replace("{id}", otherBox).replace("{eid}", exec).replace("{reference}", "x");
    }

    boolean reaches(String path) {
        return owner || (!path.equals("/v1/shutdown") && !path.equals("/v1/listen"));
    }
}
