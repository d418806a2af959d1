package boxrun.cli.connect;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.client.Greeting;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.config.Version;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Gives a client of the user's daemon. In order: dial its socket; a daemon of our build is it. Otherwise take the start
 * lock, so that of several commands at once one starts a daemon, and dial again. A daemon of another build is asked to
 * leave; boxes live on. When nobody listens and nobody holds the daemon's lock any more, start one and wait for its
 * READY.
 */
public final class DaemonConnector {
    /** What a healthy daemon on a busy machine stays far below. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

    /** How long a daemon may take to leave, and one that holds the lock to listen. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    /** Within this process: a file lock is held by a process, not by a thread. */
    private static final ReentrantLock STARTING = new ReentrantLock();

    private final Home home;
    private final DaemonSearch search;
    private final DaemonStart start;
    private final Consumer<String> notes;

    DaemonConnector(Home home, DaemonSearch search, DaemonStart start, Consumer<String> notes) {
        this.home = home;
        this.search = search;
        this.start = start;
        this.notes = notes;
    }

    /**
     * A client of the daemon that the settings name: the one at {@link Setting#HOST}, which is never started from here,
     * or the state directory's.
     *
     * @param notes is told, in a line, what takes long
     */
    public static BoxrunClient connect(Settings settings, Consumer<String> notes) {
        return settings.text(Setting.HOST)
                .map(host -> RemoteDaemon.at(host, settings))
                .orElseGet(() -> local(settings, notes).connect());
    }

    /** The same for who is in the middle of something: a daemon that runs is taken, of whatever build it is. */
    public static BoxrunClient reconnect(Settings settings, Consumer<String> notes) {
        return settings.text(Setting.HOST)
                .map(host -> RemoteDaemon.at(host, settings))
                .orElseGet(() -> {
                    DaemonConnector connector = local(settings, notes);
                    return connector.running().orElseGet(connector::connect);
                });
    }

    /** The connector of the state directory that the settings name. */
    public static DaemonConnector local(Settings settings, Consumer<String> notes) {
        Home home = Home.of(settings);
        home.prepare();
        DaemonSearch search = new DaemonSearch(home, Version.current(), ANSWER_WITHIN);
        return new DaemonConnector(
                home,
                search,
                new DaemonStart(home, DaemonCommand.ofThisProcess(home), UserScope::ofThisProcess),
                notes);
    }

    /** Finds or starts the daemon. */
    public BoxrunClient connect() {
        return search.find() instanceof DaemonSearch.Compatible(BoxrunClient client) ? client : findOrStart();
    }

    /** The daemon that runs, of whatever build; none is started. */
    public Optional<BoxrunClient> running() {
        return switch (search.find()) {
            case DaemonSearch.Compatible(BoxrunClient client) -> Optional.of(client);
            case DaemonSearch.OtherBuild(BoxrunClient client, Greeting greeting) -> Optional.of(client);
            case DaemonSearch.Nobody nobody -> Optional.empty();
        };
    }

    /**
     * Asks the daemon that runs to leave and waits until it has; false when none runs. Boxes and their commands go on.
     */
    public boolean stop() throws IOException, InterruptedException {
        Optional<BoxrunClient> client = running();
        if (client.isEmpty()) {
            return false;
        }
        DaemonStop.ask(client.get());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (DaemonHolder.isHeld(home)) {
            if (System.nanoTime() > deadline) {
                throw stuck();
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }

    private BoxrunClient findOrStart() {
        STARTING.lock();
        try (FileChannel lock =
                FileChannel.open(home.startLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Held until the channel is closed, here or by the end of this process.
            lock.lock();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                switch (search.find()) {
                    case DaemonSearch.Compatible(BoxrunClient client) -> {
                        return client;
                    }
                    case DaemonSearch.OtherBuild other -> DaemonStop.ask(other.client(), other.greeting(), notes);
                    case DaemonSearch.Nobody nobody
                    when !DaemonHolder.isHeld(home) -> {
                        start.start();
                        return nobody.client();
                    }
                    // It is starting, or leaving.
                    case DaemonSearch.Nobody nobody -> Thread.sleep(LOOK_AGAIN);
                }
            }
            throw stuck();
        } catch (IOException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR, "cannot use " + home.startLock() + ": " + e.getMessage())
                    .because(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "interrupted while waiting for the daemon").because(e);
        } finally {
            STARTING.unlock();
        }
    }

    private ProblemException stuck() {
        String who = DaemonHolder.pid(home)
                .map(pid -> "the daemon (pid " + pid + ")")
                .orElse("a daemon");
        ProblemException stuck = new ProblemException(
                ErrorCode.RUNTIME_ERROR,
                who + " holds " + home.daemonLock() + " but has not answered at " + home.socket() + " for "
                        + PATIENCE.toSeconds() + " s");
        return DaemonHolder.pid(home)
                .map(pid -> stuck.hint("look into " + home.daemonLog() + ", or end it: kill " + pid))
                .orElse(stuck.hint("look into " + home.daemonLog()));
    }
}
