@NullMarked
package boxrun.cli.doctor;

import org.jspecify.annotations.NullMarked;
