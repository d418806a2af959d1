package boxrun.daemon.http;

/** The answer of requests that have nothing else to say. */
record Ok(boolean ok) {
    static final Ok OK = new Ok(true);
}
