package boxrun.daemon.box;

import boxrun.api.PullPolicy;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.PullListener;

/** Where boxes get their images from: {@code Images::resolve}. */
public interface ImageSource {
    LocalImage resolve(String reference, PullPolicy policy, PullListener listener);
}
