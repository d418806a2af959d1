/** Executions: the numbered output log, deadlines, cancel, one-shot runs. */
@NullMarked
package boxrun.daemon.exec;

import org.jspecify.annotations.NullMarked;
