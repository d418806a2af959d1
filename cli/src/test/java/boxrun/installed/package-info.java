/**
 * The installation that the build made, used as people use it: through its launcher, with a real engine. These tests
 * run after the package phase.
 */
@NullMarked
package boxrun.installed;

import org.jspecify.annotations.NullMarked;
