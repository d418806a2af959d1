/** The daemon's half of the protocol spoken with the agent, PID 1 of every box; told in docs/agent-protocol.md. */
@NullMarked
package boxrun.daemon.agent;

import org.jspecify.annotations.NullMarked;
