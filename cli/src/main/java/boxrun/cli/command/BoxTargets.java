package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The boxes that a command changes. Several are changed side by side, because a box may take its time to stop; what was
 * done is printed in the order of the command line, and one that fails holds no other up.
 *
 * @param all instead of naming some
 * @param ignore a box that is not there, or that needs no change, is no failure
 */
record BoxTargets(List<String> names, boolean all, boolean ignore) {
    /** So that a thousand boxes do not become a thousand connections. */
    private static final int AT_ONCE = 8;

    /** What is done to one box. */
    interface Change {
        void apply(BoxrunClient daemon, String box);
    }

    BoxTargets {
        names = List.copyOf(names);
    }

    static void addTo(CommandSpec spec, String all, String ignore) {
        spec.addOption(Options.flag("-a, --all", all));
        spec.addOption(Options.flag("--ignore", ignore));
        spec.addPositional(Options.arguments("BOX", "0..*", "name, id, or the beginning of an id"));
    }

    static BoxTargets read(ParseResult parsed) {
        List<String> names = Options.arguments(parsed).stream().distinct().toList();
        boolean all = Options.has(parsed, "--all");
        if (all && !names.isEmpty()) {
            throw new UsageException("--all and the name of a box exclude each other");
        }
        if (!all && names.isEmpty()) {
            throw new UsageException("missing argument BOX").hint("name a box, or take all with --all");
        }
        return new BoxTargets(names, all, Options.has(parsed, "--ignore"));
    }

    /**
     * Changes each box and prints its name.
     *
     * @param meantByAll which boxes {@code --all} stands for
     * @param ignorable what {@code --ignore} forgives
     */
    int each(Session session, Predicate<Box> meantByAll, Set<ErrorCode> ignorable, Change change)
            throws IOException, InterruptedException {
        BoxrunClient daemon = session.daemon().get();
        List<String> boxes = all
                ? daemon.boxes("all").stream()
                        .filter(meantByAll)
                        .map(NamedBox::label)
                        .toList()
                : names;
        List<ProblemException> failures = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofVirtual().name("box").factory())) {
            List<Future<Boolean>> changes = boxes.stream()
                    .map(box -> workers.submit(() -> changed(daemon, box, ignorable, change)))
                    .toList();
            for (int i = 0; i < boxes.size(); i++) {
                try {
                    if (changes.get(i).get()) {
                        session.console().print(boxes.get(i) + "\n");
                        session.console().out().flush();
                    }
                } catch (ExecutionException e) {
                    failures.add(problem(e.getCause()));
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new SeveralProblemsException(failures);
        }
        return 0;
    }

    /** The same for what ends boxes: all are those that run, and what is gone or has ended may be forgiven. */
    int eachRunning(Session session, Change change) throws IOException, InterruptedException {
        return each(
                session,
                box -> box.status() == BoxStatus.RUNNING,
                Set.of(ErrorCode.BOX_NOT_FOUND, ErrorCode.BOX_NOT_RUNNING),
                change);
    }

    private boolean changed(BoxrunClient daemon, String box, Set<ErrorCode> ignorable, Change change) {
        try {
            NamedBox.ask(daemon, box, name -> {
                change.apply(daemon, name);
                return name;
            });
            return true;
        } catch (ProblemException e) {
            if (ignore && ignorable.contains(e.code())) {
                return false;
            }
            throw e;
        }
    }

    /** What is no answer of the daemon concerns all boxes alike. */
    private static ProblemException problem(@Nullable Throwable failure) {
        return switch (failure) {
            case ProblemException problem -> problem;
            case RuntimeException other -> throw other;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException(failure);
        };
    }
}
