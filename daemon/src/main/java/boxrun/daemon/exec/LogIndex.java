package boxrun.daemon.exec;

import java.util.Arrays;

/** Where some of a log's events begin: one in every megabyte, so that a reader finds any event soon. */
final class LogIndex {
    private static final long STEP = 1024 * 1024;

    private long[] seqs = new long[8];
    private long[] positions = new long[8];
    private long[] times = new long[8];
    private int size;

    /**
     * An event's number and where it, or the time in front of it, begins.
     *
     * @param time that holds there unless another follows; 0 where none is known
     */
    record Mark(long seq, long position, long time) {}

    LogIndex() {
        seqs[0] = 1;
        size = 1;
    }

    /** Notes an event; events come in rising order, and one that is noted again after a failed write is the same. */
    void add(long seq, long position, long time) {
        if (position - positions[size - 1] < STEP) {
            return;
        }
        if (size == seqs.length) {
            seqs = Arrays.copyOf(seqs, 2 * size);
            positions = Arrays.copyOf(positions, 2 * size);
            times = Arrays.copyOf(times, 2 * size);
        }
        seqs[size] = seq;
        positions[size] = position;
        times[size] = time;
        size++;
    }

    /** The last noted event whose number is not above {@code seq}. */
    Mark before(long seq) {
        int found = Arrays.binarySearch(seqs, 0, size, Math.max(1, seq));
        int at = found >= 0 ? found : -found - 2;
        return new Mark(seqs[at], positions[at], times[at]);
    }
}
