package boxrun.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of boxrun: from this list come the environment variables, the keys of the configuration file, the
 * defaults and docs/configuration.md.
 */
public enum Setting {
    STATE_DIR(
            Kind.TEXT,
            null,
            "directory of everything boxrun keeps: socket, log, images, boxes; ~/.boxrun unless set; its path is short, because a socket's path may have 107 bytes"),
    HOST(
            Kind.TEXT,
            null,
            "the daemon to talk to, unix:///path/boxrun.sock, http://host:port or host; unless set the daemon of the state directory, started when it does not run"),
    PORT(Kind.WHOLE, "9090", "TCP port that boxrun serve listens on, and that of a host which names none"),
    TOKEN(Kind.TEXT, null, "token of TCP clients; the state directory's file token unless set"),
    IDLE_TIMEOUT(
            Kind.DURATION,
            "10m",
            "how long the daemon stays when no box runs and nobody asks anything; 0 means for ever"),
    RUNTIME(Kind.TEXT, "crun", "the OCI runtime: a program's name or its path"),
    REGISTRY_MIRRORS(
            Kind.PAIRS,
            null,
            "where to ask instead of a registry, as docker.io=http://127.0.0.1:5000; several are separated by commas and asked in order, the registry itself last"),
    INSECURE_REGISTRIES(
            Kind.LIST, null, "registries, as host:port, that are talked to over plain HTTP; separated by commas"),
    MAX_CPU(Kind.DECIMAL, null, "CPUs that one box may have at most; the host's unless set"),
    MAX_MEMORY_MB(Kind.WHOLE, null, "memory in MiB that all running boxes may have together; the host's unless set"),
    CPU_OVERCOMMIT(Kind.DECIMAL, "8", "how many times the CPUs may be promised to running boxes"),
    MEMORY_OVERCOMMIT(Kind.DECIMAL, "1", "how many times the memory may be promised to running boxes"),
    LIMITS(
            Kind.CHOICE,
            "warn,strict",
            "warn",
            "what to do when the host cannot enforce a limit: say so, or refuse the box"),
    PIDS(Kind.WHOLE, "4096", "processes and threads that one box may have at most"),
    SPARES(
            Kind.COUNT,
            "0",
            "how many boxes are kept started in advance, for the next boxrun run of an image that was run with the same limits in the last five minutes"),
    EXEC_LOG_MAX_MB(
            Kind.WHOLE,
            null,
            "output in MiB that is kept of one command, which is ended when it writes more; unless set 8192, or half of what is free on the disk when the command starts, if that is less"),
    PULL_TIMEOUT(Kind.DURATION, "10m", "how long a pull may go without any byte arriving before it fails"),
    DETACH_KEYS(
            Kind.TEXT,
            "ctrl-p,ctrl-q",
            "keys that leave a terminal which was opened with --session: letters and ctrl-LETTER, separated by commas, or none"),
    LOG_LEVEL(Kind.CHOICE, "error,warn,info,debug", "info", "how much the daemon writes into its log");

    /** The form of a value. */
    public enum Kind {
        TEXT,
        /** {@link Durations}. */
        DURATION,
        /** A whole number of at least 1. */
        WHOLE,
        /** A whole number from 0 to {@link Setting#MOST}. */
        COUNT,
        /** A number above 0. */
        DECIMAL,
        /** One of {@link #choices}. */
        CHOICE,
        /** Words separated by commas. */
        LIST,
        /** {@code name=value} separated by commas. */
        PAIRS
    }

    /** The largest {@link Kind#COUNT}. */
    public static final int MOST = 16;

    private final Kind kind;
    private final String choices;
    private final @Nullable String preset;
    private final String description;

    Setting(Kind kind, @Nullable String preset, String description) {
        this(kind, "", preset, description);
    }

    Setting(Kind kind, String choices, @Nullable String preset, String description) {
        this.kind = kind;
        this.choices = choices;
        this.preset = preset;
        this.description = description;
    }

    public Kind kind() {
        return kind;
    }

    /** The words that a {@link Kind#CHOICE} allows; none for other kinds. */
    public List<String> choices() {
        return choices.isEmpty() ? List.of() : List.of(choices.split(","));
    }

    /** The environment variable: {@code BOXRUN_IDLE_TIMEOUT}. */
    public String variable() {
        return "BOXRUN_" + name();
    }

    /** The key in the configuration file: {@code idle_timeout}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The value when nobody sets one, where there is one. */
    public Optional<String> preset() {
        return Optional.ofNullable(preset);
    }

    /** One line for people. */
    public String description() {
        return description;
    }
}
