package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine.BoxEnded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The boxes that run, each with the link to its agent; notices when one ends, cleans up after it and tells of it. */
final class LiveBoxes implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LiveBoxes.class.getName());

    private final BoxLocks locks;
    private final Remains remains;
    private final Map<BoxId, AgentLink> links = new ConcurrentHashMap<>();
    private final List<BoxEnded> listeners = new CopyOnWriteArrayList<>();
    private final EndWatch watch;

    LiveBoxes(BoxLocks locks, Remains remains) {
        this.locks = locks;
        this.remains = remains;
        this.watch = new EndWatch(() -> links.forEach(this::endWhenGone));
    }

    /** A link to the agent of a box that has been started: it is not among these boxes before {@link #add}. */
    AgentLink link(BoxId id, BoxDirectory box, ProcessIdentity process) {
        return new AgentLink(box, process, () -> watch.lookAt(() -> ended(id)));
    }

    void add(BoxId id, AgentLink link) {
        links.put(id, link);
    }

    /** From here on its end is told to nobody. */
    Optional<AgentLink> remove(BoxId id) {
        return Optional.ofNullable(links.remove(id));
    }

    Optional<AgentLink> find(BoxId id) {
        return Optional.ofNullable(links.get(id));
    }

    /** {@code BOX_NOT_RUNNING} when it does not run. */
    AgentLink require(BoxId id) {
        return find(id).orElseThrow(
                        () -> new ProblemException(ErrorCode.BOX_NOT_RUNNING, "box " + id + " does not run"));
    }

    boolean contain(BoxId id) {
        return links.containsKey(id);
    }

    void onBoxEnded(BoxEnded listener) {
        listeners.add(listener);
    }

    /** Whether a box is known to have ended, which it is from the first time that this finds it so. */
    private boolean ended(BoxId id) {
        find(id).ifPresent(link -> endWhenGone(id, link));
        return !contain(id);
    }

    private void endWhenGone(BoxId id, AgentLink link) {
        if (link.fault().isPresent()) {
            link.agent().kill();
        }
        if (!link.agent().alive() && links.remove(id, link)) {
            Thread.ofVirtual().name("end of " + id).start(() -> endedByItself(id, link));
        }
    }

    /** What cannot be cleaned up now is when the box is started, stopped or removed; its end is told all the same. */
    private void endedByItself(BoxId id, AgentLink link) {
        try {
            locks.exclusively(id, "clean up after " + id, box -> {
                if (!contain(id)) {
                    remains.ofProcesses(id, box);
                }
            });
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
        String reason = link.fault().orElse("its first process was ended from outside the box");
        listeners.forEach(listener -> listener.ended(id, reason));
    }

    /** Leaves all boxes and their commands running, for the next daemon. */
    @Override
    public void close() {
        watch.close();
        links.values().forEach(AgentLink::close);
        links.clear();
    }
}
