package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The OCI runtime.
 *
 * @param program its absolute path
 * @param version what it says of itself
 */
record OciRuntime(Path program, String version) {

    /** Finds the runtime; without one, a problem that says how to get it. */
    static OciRuntime find(String name) {
        Path program = Programs.require(name, "run a box", "crun");
        Commands.Result result = Commands.run("run a box", List.of(program.toString(), "--version"));
        if (result.code() != 0) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR,
                            "cannot run a box: " + program + " --version ended with " + result.code())
                    .hint("set BOXRUN_RUNTIME to an OCI runtime such as crun");
        }
        return new OciRuntime(program, result.output().lines().findFirst().orElse(""));
    }

    /**
     * Some of what we use is crun's only: the control of cgroups by option, compiled filters, mapped owners by option.
     */
    boolean isCrun() {
        return version.startsWith("crun ");
    }

    /** The command line that starts a box's first process and leaves it running. */
    List<String> run(BoxDirectory box, BoxId id, String cgroupManager) {
        List<String> command = new ArrayList<>(common(box, cgroupManager));
        command.addAll(List.of("run", "--detach", "--preserve-fds", "1"));
        command.addAll(List.of("--pid-file", box.pidFile().toString()));
        command.addAll(List.of("--bundle", box.bundle().toString(), id.value()));
        return command;
    }

    /**
     * Kills what runs of a box and removes the runtime's records and control groups; a box that it does not know is
     * fine.
     */
    void delete(BoxDirectory box, BoxId id, String cgroupManager) {
        if (Files.exists(box.runtime().resolve(id.value()))) {
            List<String> command = new ArrayList<>(common(box, cgroupManager));
            command.addAll(List.of("delete", "--force", id.value()));
            Commands.run("remove the runtime's records of " + id, command);
        }
    }

    private List<String> common(BoxDirectory box, String cgroupManager) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if (isCrun()) {
            command.add("--cgroup-manager=" + cgroupManager);
        }
        command.addAll(List.of("--root", box.runtime().toString()));
        return command;
    }
}
