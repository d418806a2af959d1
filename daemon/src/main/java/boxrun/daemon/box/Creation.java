package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxEvent.Action;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.PullListener;
import boxrun.daemon.store.Failpoint;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Makes boxes. One that could not be made leaves nothing, its name included. */
final class Creation {
    private static final System.Logger LOG = System.getLogger(Creation.class.getName());

    private final Engine engine;
    private final BoxBook book;
    private final Quota quota;
    private final HostSize host;
    private final Enforcement enforcement;
    private final Spares spares;

    Creation(Engine engine, BoxBook book, Quota quota, HostSize host, Enforcement enforcement, Spares spares) {
        this.engine = engine;
        this.book = book;
        this.quota = quota;
        this.host = host;
        this.enforcement = enforcement;
        this.spares = spares;
    }

    Box create(BoxSpec spec, ImageSource images, PullListener progress) {
        enforcement.check();
        BoxId id = spares.claim(spec);
        BoxEntry entry = new BoxEntry(id, spec.box(id, book.now()), spec.ephemeral());
        return BoxBook.locked(entry, () -> {
            book.registry().add(entry);
            try {
                quota.reserve(id, spec.cpu(), spec.memoryMb());
                LocalImage image = images.resolve(spec.image(), spec.pull(), progress);
                BoxRecord record = new BoxRecord(
                        entry.box(),
                        engine.name(),
                        BoxRecord.StoredImage.of(image),
                        spec.options().choosingPorts());
                entry.expect(record);
                Failpoint.reached("create.resolved");
                book.store().makeDirectory(id);
                Failpoint.reached("create.directory");
                spares.launch(id, record.launch(host.pids(), spec.ephemeral()));
                Failpoint.reached("create.launched");
                BoxRecord running = record.running(book.now());
                if (!spec.ephemeral()) {
                    book.store().save(id, running);
                }
                Failpoint.reached("create.saved");
                entry.record(running);
                book.happened(Action.CREATED, entry, Optional.empty());
                book.happened(Action.STARTED, entry, Optional.empty());
                return running.box();
            } catch (RuntimeException | Error failure) {
                BoxBook.undisturbed(() -> undo(entry, failure));
                throw failure;
            }
        });
    }

    private void undo(BoxEntry entry, Throwable failure) {
        try {
            spares.abandon(entry.id());
            engine.destroy(entry.id());
            book.store().delete(entry.id());
        } catch (RuntimeException e) {
            // The next start of the daemon sweeps a directory without a record.
            failure.addSuppressed(e);
            LOG.log(Level.WARNING, "cannot remove what is left of " + entry.id(), e);
        }
        book.registry().remove(entry);
        quota.release(entry.id());
    }
}
