/** The process's three streams, raw mode, window size, signals, and progress drawn on a terminal. */
@NullMarked
package boxrun.cli.terminal;

import org.jspecify.annotations.NullMarked;
