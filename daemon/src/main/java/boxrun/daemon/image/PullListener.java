package boxrun.daemon.image;

import boxrun.api.PullProgress;

/** Is told how a pull or load goes on; called from several threads. */
public interface PullListener {
    PullListener NONE = progress -> {};

    void progress(PullProgress progress);
}
