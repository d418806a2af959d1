/** Durable state: records that are never half written. */
@NullMarked
package boxrun.daemon.store;

import org.jspecify.annotations.NullMarked;
