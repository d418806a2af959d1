package boxrun.daemon.engine;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes boxes and runs commands in them. What an engine promises, in the order of a box's life:
 *
 * <ol>
 *   <li>{@link #launch} makes the box's disk from an image, or finds the disk of an earlier launch, and starts the box.
 *       When it throws, nothing of a first launch is left, and the disk of an earlier one is as it was.
 *   <li>{@link #start} runs a command in a running box. Its output arrives at the {@link ProcessOutput} in order,
 *       without loss, under back-pressure of that one command.
 *   <li>{@link #stop} ends all processes in order and keeps the disk. {@link #launch} starts the box again.
 *   <li>{@link #destroy} ends what runs and removes the disk. It succeeds when there is nothing to destroy.
 * </ol>
 *
 * <p>Boxes and their commands outlive the daemon. After a restart {@link #survivors} lists the boxes that run,
 * {@link #adopt} makes one known again and {@link #resume} takes up a command's output where the log ends.
 *
 * <p>All methods block and may be called from any (virtual) thread; calls for different boxes do not wait for each
 * other. The caller never runs two of launch, stop, destroy for one box at a time. Failures are
 * {@link boxrun.api.ProblemException}: {@code RUNTIME_ERROR} with the engine's own words, or {@code UNSUPPORTED}.
 */
public interface Engine {

    /** The engine's name in records and in {@code /v1/info}, for example {@code container}. */
    String name();

    /** What this engine can enforce and do on this host, found out once at start. */
    Capabilities capabilities();

    /** Starts a box, making its disk when it has none. Returns when commands can be started in it. */
    void launch(BoxId box, Launch launch);

    /** Starts a command. A command that cannot be started ends with {@link ProcessEnd.NotStarted}, without a throw. */
    EngineProcess start(BoxId box, String processId, ProcessSpec spec, ProcessOutput output);

    /**
     * Takes up a command that an earlier daemon started: output after the given offsets is delivered, then its end.
     * Empty when the box does not know the command (any more).
     */
    Optional<EngineProcess> resume(
            BoxId box, String processId, long stdoutOffset, long stderrOffset, ProcessOutput output);

    /** Forgets a finished command: the agent may drop what it holds of it. */
    void forget(BoxId box, String processId);

    /**
     * Unpacks a tar stream below an absolute directory of the box, which is made when missing. What the stream throws
     * is thrown on; what was unpacked before stays. The box may be stopped.
     */
    void copyIn(BoxId box, String directory, InputStream tar);

    /**
     * Writes a tar stream of one path of the box, its last name as the entry's name. The box may be stopped.
     * {@code FILE_NOT_FOUND} when there is no such path.
     */
    void copyOut(BoxId box, String path, OutputStream tar);

    /**
     * Writes one file of the box. Its directory is made when missing; a file that is there is replaced when all of the
     * content has come, and gives its mode and owner to the new one. What the content's stream throws is thrown on, and
     * the file is then as it was before. The box may be stopped.
     *
     * @param path absolute; when it ends with a slash, or is a directory, the file is made in it
     * @param name the file's name in a directory; empty when it has none, and then a directory is refused
     * @return the path of the file
     */
    String writeFile(BoxId box, String path, String name, InputStream content);

    /**
     * Reads one file of the box, following links. {@code FILE_NOT_FOUND} when there is none, {@code VALIDATION_ERROR}
     * when it is a directory or has no content to read. The box may be stopped.
     */
    void readFile(BoxId box, String path, FileSink sink);

    /** Ends all processes of a box: TERM, after {@code grace} KILL. The disk is kept. */
    void stop(BoxId box, Duration grace);

    /** Ends and removes all of a box. */
    void destroy(BoxId box);

    /** Boxes of this engine that run, also those that an earlier daemon launched. */
    List<BoxId> survivors();

    /** Makes a box that an earlier daemon launched usable again; false when it does not run. */
    boolean adopt(BoxId box);

    /** What holds a box in; all of it unknown while the box does not run. */
    EffectiveLimits limits(BoxId box);

    /** What a box uses now; all of it unknown while the box does not run. */
    Usage usage(BoxId box);

    /** Where people find a box when they look deeper. */
    Details details(BoxId box);

    /** Who is told when a box ends without having been asked to. Called on a thread of its own. */
    void onBoxEnded(BoxEnded listener);

    /** A box that ran does not run any more; {@code reason} is one sentence. */
    interface BoxEnded {
        void ended(BoxId box, String reason);
    }
}
