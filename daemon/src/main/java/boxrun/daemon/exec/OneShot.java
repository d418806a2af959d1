package boxrun.daemon.exec;

import boxrun.api.Box;
import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.ProblemException;
import boxrun.api.Run;
import boxrun.api.StartExec;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.Checks;
import boxrun.daemon.box.ImageSource;
import boxrun.daemon.box.RunningBox;
import boxrun.daemon.engine.TerminalSize;
import boxrun.daemon.image.PullListener;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One command in a box of its own, which is gone when the command is. */
public final class OneShot {
    private static final System.Logger LOG = System.getLogger(OneShot.class.getName());

    private final Boxes boxes;
    private final Execs execs;
    private final ImageSource images;

    public OneShot(Boxes boxes, Execs execs, ImageSource images) {
        this.boxes = boxes;
        this.execs = execs;
        this.images = images;
    }

    /** A command in its box. To close it ends the command and destroys the box, whatever their state. */
    public static final class Running implements AutoCloseable {
        private final Boxes boxes;
        private final Execution execution;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Running(Boxes boxes, Execution execution) {
            this.boxes = boxes;
            this.execution = execution;
        }

        public Execution execution() {
            return execution;
        }

        /** How the command ended. */
        public ExitData exit() {
            return execution.exit().orElseThrow(() -> new IllegalStateException("the command runs"));
        }

        /** The events of a command that was started with {@link #start}, from the first. */
        public LogReader events() {
            return execution
                    .log()
                    .orElseThrow(() -> new IllegalStateException("the output of this command is not kept"))
                    .reader(0);
        }

        @Override
        public void close() {
            if (closed.getAndSet(true)) {
                return;
            }
            remove(boxes, execution.exec().boxId());
        }
    }

    /** A sentence for each limit that is asked for and that this host cannot enforce. */
    public List<String> warnings(Run request) {
        return boxes.warnings(request);
    }

    /** Makes the box and starts the command; when it throws, nothing is left. */
    public Running start(Run request, PullListener progress) {
        return run(request, progress, box -> execs.start(box, command(request)));
    }

    /**
     * Makes the box and starts the command for a client that is there: its output goes to the client alone.
     *
     * @param terminal the size of its terminal, if it is to have one
     */
    public Running attach(Run request, PullListener progress, TerminalSize terminal, OutputSink client) {
        return run(request, progress, box -> execs.attach(box, command(request), terminal, client));
    }

    private interface Start {
        Execution in(RunningBox box);
    }

    private Running run(Run request, PullListener progress, Start start) {
        check(request);
        Box box = boxes.create(request, images, progress);
        try {
            return new Running(boxes, start.in(boxes.running(box.id())));
        } catch (RuntimeException | Error failure) {
            remove(boxes, box.id());
            throw failure;
        }
    }

    /** What is wrong with the command is found before a box is made for it. */
    private static void check(Run request) {
        Checks.command(request.cmd());
        Checks.timeout(request.timeoutMs());
        Checks.user(request.user());
    }

    private static StartExec command(Run request) {
        return new StartExec(
                request.cmd(), null, null, request.timeoutMs(), request.stdin(), request.user(), request.tty());
    }

    private static void remove(Boxes boxes, String box) {
        try {
            boxes.remove(box, true);
        } catch (RuntimeException e) {
            if (!(e instanceof ProblemException problem) || problem.code() != ErrorCode.BOX_NOT_FOUND) {
                LOG.log(Level.WARNING, "cannot remove " + box, e);
            }
        }
    }
}
