package boxrun.daemon.agent;

/** The protocol's numbers; docs/agent-protocol.md tells what they mean. */
final class FrameType {
    static final int MAGIC = 0x42585241;
    static final int VERSION = 1;

    static final int HELLO = 0x01;
    static final int PING = 0x02;
    static final int SPEC = 0x03;
    static final int START = 0x04;
    static final int RESUME = 0x05;
    static final int ACK = 0x06;
    static final int STDIN = 0x07;
    static final int CLOSE_STDIN = 0x08;
    static final int SIGNAL = 0x09;
    static final int RESIZE = 0x0a;
    static final int HANGUP = 0x0b;
    static final int END = 0x0c;
    static final int LIST = 0x0d;
    static final int FORGET = 0x0e;
    static final int STOP = 0x0f;

    static final int WELCOME = 0x81;
    static final int PONG = 0x82;
    static final int STARTED = 0x83;
    static final int FAILED = 0x84;
    static final int OUTPUT = 0x85;
    static final int TAKEN = 0x86;
    static final int EXIT = 0x87;
    static final int LISTED = 0x88;
    static final int LIST_END = 0x89;
    static final int STOPPED = 0x8a;
    static final int ERROR = 0xff;

    static final int FLAG_KNOWN = 1;
    static final int FLAG_PTY = 2;
    static final int FLAG_INPUT = 4;

    private FrameType() {}
}
