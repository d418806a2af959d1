/** What happens to boxes and commands: a bounded history, and readers that never hold up what happens. */
@NullMarked
package boxrun.daemon.event;

import org.jspecify.annotations.NullMarked;
