package boxrun.daemon.agent;

import java.util.Optional;

/** Where the start of a command failed; the numbers are those of the protocol. */
public enum StartStage {
    SPEC(1, "its arguments and environment"),
    LIMIT(2, "too many commands in the box"),
    RESOURCES(3, "the agent's resources"),
    PTY(4, "opening a terminal"),
    FORK(5, "starting a process"),
    USER(6, "looking up its user"),
    GROUP(7, "looking up its group"),
    IDENTITY(8, "becoming its user"),
    RLIMIT(9, "setting its limits"),
    CWD(10, "entering its working directory"),
    EXEC(11, "executing it"),
    INTERPRETER(12, "executing its interpreter"),
    UNKNOWN_ID(13, "unknown command"),
    OFFSET(14, "output that was never written"),
    STOPPING(15, "the box is being stopped"),
    SUPERVISOR(16, "its supervisor was killed"),
    TIMEOUT(0, "the agent did not answer in time");

    private final int number;
    private final String words;

    StartStage(int number, String words) {
        this.number = number;
        this.words = words;
    }

    String words() {
        return words;
    }

    static Optional<StartStage> of(int number) {
        for (StartStage stage : values()) {
            if (stage.number == number && stage != TIMEOUT) {
                return Optional.of(stage);
            }
        }
        return Optional.empty();
    }
}
