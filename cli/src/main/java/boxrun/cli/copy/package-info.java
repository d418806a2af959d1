/**
 * Copies trees of files as tar streams: packs those of this machine, reads those of a box, and unpacks them here while
 * trusting nothing that they say. Names are bytes, kept one in each character of a string, since a file's name need not
 * be text.
 */
@NullMarked
package boxrun.cli.copy;

import org.jspecify.annotations.NullMarked;
