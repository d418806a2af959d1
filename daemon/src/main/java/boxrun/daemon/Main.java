package boxrun.daemon;

import boxrun.api.ProblemException;
import boxrun.config.Setting;
import boxrun.config.Settings;

/**
 * The daemon's process. It says {@code READY} on stdout when it answers, and closes it; its stderr is its log. It ends
 * with 0 when it was asked to, with 1 when it cannot start: the reason is then on stderr.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        try {
            Settings settings = Settings.load();
            DaemonLog.configure(settings.text(Setting.LOG_LEVEL).orElse("info"));
            new Daemon(settings).run(Main::ready);
            // Boxes live on; what connects us to them need not be taken down in order.
            Runtime.getRuntime().halt(0);
        } catch (ProblemException e) {
            System.err.println("boxrun: " + e.message());
            e.hint().ifPresent(hint -> System.err.println("hint: " + hint));
            Runtime.getRuntime().halt(1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static void ready() {
        System.out.println("READY");
        System.out.close();
    }
}
