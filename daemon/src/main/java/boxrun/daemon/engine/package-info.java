/** What an engine must do: the interface and its values, free of host paths, process ids and cgroups. */
@NullMarked
package boxrun.daemon.engine;

import org.jspecify.annotations.NullMarked;
