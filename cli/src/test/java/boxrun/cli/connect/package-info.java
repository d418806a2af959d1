@NullMarked
package boxrun.cli.connect;

import org.jspecify.annotations.NullMarked;
