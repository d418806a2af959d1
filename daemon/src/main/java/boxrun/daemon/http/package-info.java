/** Routes: decode, call one method, encode. The only home of the web server. */
@NullMarked
package boxrun.daemon.http;

import org.jspecify.annotations.NullMarked;
