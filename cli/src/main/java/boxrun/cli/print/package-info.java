/** What people and scripts read: tables, JSON, ages, sizes, colour. */
@NullMarked
package boxrun.cli.print;

import org.jspecify.annotations.NullMarked;
