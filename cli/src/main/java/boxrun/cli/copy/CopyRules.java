package boxrun.cli.copy;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;

/** Where a copy goes, by docker's rules: the table of 'boxrun cp --help'. */
final class CopyRules {
    private CopyRules() {}

    /** What is at the destination. */
    enum State {
        MISSING,
        FILE,
        DIRECTORY
    }

    /**
     * What is copied.
     *
     * @param typed for messages
     * @param name its last component
     * @param contents that a directory's contents are meant, not the directory
     */
    record Source(String typed, String name, boolean directory, boolean contents) {}

    /**
     * Where to.
     *
     * @param typed for messages
     * @param name its last component
     * @param slash that it ends with a slash, so that a directory is meant
     * @param parent that the directory it is in is there
     */
    record Aim(String typed, String name, State state, boolean slash, boolean parent) {}

    /**
     * The answer.
     *
     * @param inside below the destination; otherwise beside it, in its directory
     * @param name what the copy is called there; empty for contents, which have no name of their own
     */
    record Target(boolean inside, String name) {}

    static Target target(Source source, Aim aim) {
        return switch (aim.state()) {
            case DIRECTORY -> new Target(true, source.contents() ? "" : source.name());
            case FILE -> {
                if (source.directory()) {
                    throw refused(source, aim, aim.typed() + " is a file, and a directory cannot become one");
                }
                if (aim.slash()) {
                    throw refused(source, aim, aim.typed() + " is not a directory");
                }
                yield new Target(false, aim.name());
            }
            case MISSING -> {
                if (!source.directory() && aim.slash()) {
                    throw refused(source, aim, "there is no directory " + aim.typed());
                }
                if (!aim.parent()) {
                    throw refused(source, aim, "the directory that " + aim.typed() + " would be in does not exist");
                }
                yield new Target(false, aim.name());
            }
        };
    }

    private static ProblemException refused(Source source, Aim aim, String why) {
        return new ProblemException(
                ErrorCode.VALIDATION_ERROR, "cannot copy " + source.typed() + " to " + aim.typed() + ": " + why);
    }
}
