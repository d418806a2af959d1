/**
 * JSON texts to records and back, in the one way that boxrun writes and accepts them: the only home of the JSON
 * library.
 */
@NullMarked
package boxrun.json;

import org.jspecify.annotations.NullMarked;
