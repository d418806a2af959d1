/** The layout of help; man pages and completions, written from the same model that parses the command line. */
@NullMarked
package boxrun.cli.help;

import org.jspecify.annotations.NullMarked;
