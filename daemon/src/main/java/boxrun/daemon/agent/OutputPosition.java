package boxrun.daemon.agent;

/** How far one output of a command is: offsets in its stream. */
final class OutputPosition {
    /** The stream's number in the protocol. */
    final int number;

    /** What the connection's reader expects next. */
    long expected;

    /** What the listener has taken; of its thread only. */
    long delivered;

    /** What the agent was told of that. */
    volatile long acknowledged;

    OutputPosition(int number) {
        this.number = number;
    }

    void start(long offset) {
        expected = offset;
        delivered = offset;
        acknowledged = offset;
    }
}
