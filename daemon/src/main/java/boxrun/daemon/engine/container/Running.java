package boxrun.daemon.engine.container;

/**
 * The record of a running box, beside its disk.
 *
 * @param process the agent
 * @param forFiles true when the box was started only to reach the files of a stopped one
 */
record Running(ProcessIdentity process, boolean forFiles) {}
