/** Tests of the agent's two halves against each other: the real binary, as a process and as PID 1 of a box. */
@NullMarked
package boxrun.daemon.agent;

import org.jspecify.annotations.NullMarked;
