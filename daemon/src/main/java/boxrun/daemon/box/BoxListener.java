package boxrun.daemon.box;

import boxrun.daemon.engine.BoxId;

/** Is told what happens to boxes, after it has happened and before anybody is answered. */
public interface BoxListener {

    /** A box's processes are gone; {@code reason} is a sentence. */
    void ended(BoxId box, String reason);

    /** A box is no more; its directory is about to go. */
    void removed(BoxId box);
}
