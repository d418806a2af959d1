/**
 * What a machine needs to run boxes, each thing checked by itself and with the command that mends it. The checks look
 * at the machine from here, so that they work where no daemon can start; what the daemon knows better it is asked.
 */
@NullMarked
package boxrun.cli.doctor;

import org.jspecify.annotations.NullMarked;
