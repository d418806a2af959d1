package boxrun.daemon.agent;

/** A command could not be started; the message names the program, directory or user, and why. */
public final class CommandNotStartedException extends AgentException {
    private static final long serialVersionUID = 1L;

    private final StartStage stage;
    private final int errno;

    CommandNotStartedException(StartStage stage, int errno, CommandSpec spec) {
        super(words(stage, errno, spec), null);
        this.stage = stage;
        this.errno = errno;
    }

    public StartStage stage() {
        return stage;
    }

    /** Linux's error number. */
    public int errno() {
        return errno;
    }

    /** What a shell makes of it: 127 when there is no such program, 126 when it cannot be executed, 125 otherwise. */
    public int exitCode() {
        return switch (stage) {
            case EXEC, INTERPRETER -> errno == Errno.ENOENT || errno == Errno.ENOTDIR ? 127 : 126;
            case SPEC -> 126;
            case LIMIT,
                    RESOURCES,
                    PTY,
                    FORK,
                    USER,
                    GROUP,
                    IDENTITY,
                    RLIMIT,
                    CWD,
                    UNKNOWN_ID,
                    OFFSET,
                    STOPPING,
                    SUPERVISOR,
                    TIMEOUT -> 125;
        };
    }

    private static String words(StartStage stage, int errno, CommandSpec spec) {
        String program = spec.argv().getFirst();
        String why = Errno.words(errno);
        return switch (stage) {
            case EXEC ->
                errno == Errno.ENOENT && program.indexOf('/') < 0
                        ? "executable " + program + " not found in PATH"
                        : "cannot execute " + program + ": " + why;
            case INTERPRETER -> "cannot execute " + program + ": the interpreter or loader that it names is missing";
            case CWD -> "cannot enter the working directory " + spec.workdir() + ": " + why;
            case USER -> "no user " + user(spec, 0) + " in the box's /etc/passwd";
            case GROUP -> "no group " + user(spec, 1) + " in the box's /etc/group";
            case IDENTITY -> "cannot become user " + spec.user() + ": " + why;
            case SPEC, RESOURCES, PTY, FORK, RLIMIT ->
                "cannot start " + program + ": " + stage.words() + " failed: " + why;
            case LIMIT, UNKNOWN_ID, OFFSET, STOPPING, SUPERVISOR, TIMEOUT ->
                "cannot start " + program + ": " + stage.words();
        };
    }

    private static String user(CommandSpec spec, int part) {
        String[] parts = spec.user().split(":", 2);
        return part < parts.length ? parts[part] : spec.user();
    }
}
