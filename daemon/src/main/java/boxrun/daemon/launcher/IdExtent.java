package boxrun.daemon.launcher;

/** One row of a user namespace's map: {@code count} ids from {@code inside} on are those from {@code outside} on. */
public record IdExtent(long inside, long outside, long count) {
    public IdExtent {
        if (inside < 0 || outside < 0 || count < 1 || Math.max(inside, outside) + count > 1L << 32) {
            throw new IllegalArgumentException("not a range of ids: " + inside + ":" + outside + ":" + count);
        }
    }

    @Override
    public String toString() {
        return inside + ":" + outside + ":" + count;
    }
}
