/** A client of the REST API: one method per endpoint. The command line's, the tests', any Java program's. */
@NullMarked
package boxrun.client;

import org.jspecify.annotations.NullMarked;
