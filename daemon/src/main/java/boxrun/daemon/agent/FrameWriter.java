package boxrun.daemon.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/** Writes frames, each whole, from any thread. Blocks while the agent does not read. */
final class FrameWriter {
    /** So much of a command's input goes into one frame: the payload has the offset too. */
    static final int STDIN_MAX = FrameDecoder.PAYLOAD_MAX - 8;

    /** Few boxes are ever sent much, and there may be hundreds of them. */
    private static final int SMALL = 4 * 1024;

    /** The writing of one frame. */
    interface Frame {
        void write() throws IOException;
    }

    private final WritableByteChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(SMALL);
    private final ReentrantLock lock = new ReentrantLock();

    FrameWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    void hello() throws IOException {
        write(
                FrameType.HELLO,
                0,
                payload -> payload.putInt(FrameType.MAGIC)
                        .putShort((short) FrameType.VERSION)
                        .putShort((short) FrameType.VERSION));
    }

    void ping(long nonce) throws IOException {
        write(FrameType.PING, 0, payload -> payload.putLong(nonce));
    }

    /** A spec that is longer than a frame goes in several, between which nothing else is written. */
    void start(int command, byte[] spec) throws IOException {
        lock.lock();
        try {
            int from = 0;
            while (spec.length - from > FrameDecoder.PAYLOAD_MAX) {
                int part = from;
                write(
                        FrameType.SPEC,
                        command,
                        FrameDecoder.PAYLOAD_MAX,
                        payload -> payload.put(spec, part, FrameDecoder.PAYLOAD_MAX));
                from += FrameDecoder.PAYLOAD_MAX;
            }
            int last = from;
            write(FrameType.START, command, spec.length - last, payload -> payload.put(spec, last, spec.length - last));
        } finally {
            lock.unlock();
        }
    }

    void resume(int command, String id, long stdoutOffset, long stderrOffset) throws IOException {
        write(
                FrameType.RESUME,
                command,
                payload -> SpecEncoder.put(payload, id).putLong(stdoutOffset).putLong(stderrOffset));
    }

    void acknowledge(int command, int stream, long offset) throws IOException {
        write(FrameType.ACK, command, payload -> payload.put((byte) stream).putLong(offset));
    }

    void stdin(int command, long offset, byte[] data, int from, int length) throws IOException {
        write(
                FrameType.STDIN,
                command,
                Long.BYTES + length,
                payload -> payload.putLong(offset).put(data, from, length));
    }

    void closeStdin(int command, long offset) throws IOException {
        write(FrameType.CLOSE_STDIN, command, payload -> payload.putLong(offset));
    }

    void signal(int command, int number) throws IOException {
        write(FrameType.SIGNAL, command, payload -> payload.put((byte) number));
    }

    void resize(int command, WindowSize size) throws IOException {
        write(
                FrameType.RESIZE,
                command,
                payload -> payload.putShort((short) size.columns()).putShort((short) size.rows()));
    }

    void hangup(int command) throws IOException {
        write(FrameType.HANGUP, command, payload -> payload);
    }

    void end(int command, int graceMillis) throws IOException {
        write(FrameType.END, command, payload -> payload.putInt(graceMillis));
    }

    void list() throws IOException {
        write(FrameType.LIST, 0, payload -> payload);
    }

    void forget(String id) throws IOException {
        write(FrameType.FORGET, 0, payload -> SpecEncoder.put(payload, id));
    }

    void stop(int graceMillis) throws IOException {
        write(FrameType.STOP, 0, payload -> payload.putInt(graceMillis));
    }

    private interface Payload {
        ByteBuffer fill(ByteBuffer buffer);
    }

    /** A frame that is small. */
    private void write(int type, int command, Payload payload) throws IOException {
        write(type, command, 0, payload);
    }

    private void write(int type, int command, int size, Payload payload) throws IOException {
        lock.lock();
        try {
            if (FrameDecoder.HEAD + size > buffer.capacity()) {
                buffer = ByteBuffer.allocateDirect(FrameDecoder.HEAD + FrameDecoder.PAYLOAD_MAX);
            }
            buffer.clear().position(FrameDecoder.HEAD);
            payload.fill(buffer);
            buffer.putInt(0, buffer.position() - FrameDecoder.HEAD);
            buffer.putInt(4, command);
            buffer.put(8, (byte) type);
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } finally {
            lock.unlock();
        }
    }
}
