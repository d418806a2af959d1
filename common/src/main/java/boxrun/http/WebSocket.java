package boxrun.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The client's end of a WebSocket (RFC 6455). One thread receives; any thread may send, and blocks while the other side
 * does not read. Receiving never waits for sending, so two ends that both have much to say cannot block each other.
 */
public final class WebSocket implements AutoCloseable {
    /** A server may drop a client that it has not heard of for a while. */
    private static final Duration PING_EVERY = Duration.ofSeconds(20);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
    private static final int SMALL = 64 << 10;

    private final Connection connection;
    private final SecureRandom random;
    private final FrameReader reader;
    private final ControlSender control;
    private final ReentrantLock sending = new ReentrantLock();
    private boolean closeSent;
    private volatile boolean closeReceived;
    private volatile Consumer<String> receives = text -> {};

    WebSocket(Connection connection, SecureRandom random) {
        this.connection = connection;
        this.random = random;
        this.reader = new FrameReader(connection.input());
        this.control = new ControlSender(this, PING_EVERY);
    }

    /** Shows the text messages that come to somebody before they are returned, and returns itself. */
    public WebSocket through(Consumer<String> lens) {
        receives = lens;
        return this;
    }

    /** Sends a text message. */
    public void send(String text) throws IOException {
        send(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8), 0, -1);
    }

    /** Sends a binary message: {@code length} bytes from {@code offset}. */
    public void send(byte[] bytes, int offset, int length) throws IOException {
        send(Opcode.BINARY, bytes, offset, length);
    }

    void sendControl(Opcode opcode, byte[] payload) throws IOException {
        send(opcode, payload, 0, -1);
    }

    private void send(Opcode opcode, byte[] payload, int offset, int length) throws IOException {
        int size = length < 0 ? payload.length : length;
        ByteBuffer frame = frame(opcode, payload, offset, size);
        sending.lock();
        try {
            if (closeSent) {
                throw new IOException("the WebSocket is closed");
            }
            closeSent = opcode == Opcode.CLOSE;
            connection.output().write(frame);
        } finally {
            sending.unlock();
        }
    }

    /** One unfragmented frame, masked as a client's must be (section 5.3). */
    private ByteBuffer frame(Opcode opcode, byte[] payload, int offset, int length) {
        ByteBuffer frame = ByteBuffer.allocate(14 + length);
        frame.put((byte) (0x80 | opcode.code()));
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length < SMALL) {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(length);
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        frame.put(mask);
        for (int i = 0; i < length; i++) {
            frame.put((byte) (payload[offset + i] ^ mask[i & 3]));
        }
        return frame.flip();
    }

    /**
     * Waits for the next message.
     *
     * @throws HttpProtocolException when the server breaks the protocol; the socket is closed then
     * @throws IOException when the connection breaks
     */
    public WebSocketMessage receive() throws IOException {
        try {
            while (true) {
                FrameReader.Message message = reader.next();
                switch (message.opcode()) {
                    case PING -> control.pong(message.payload());
                    case PONG -> {}
                    case TEXT -> {
                        String text = FrameReader.utf8(message.payload());
                        receives.accept(text);
                        return new WebSocketMessage.Text(text);
                    }
                    case BINARY -> {
                        return new WebSocketMessage.Binary(ByteBuffer.wrap(message.payload()));
                    }
                    case CLOSE -> {
                        closeReceived = true;
                        control.sendClose();
                        return FrameReader.closed(message.payload());
                    }
                    case CONTINUATION -> throw new IllegalStateException("the reader joins fragments");
                }
            }
        } catch (HttpProtocolException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Says goodbye with 1000, waits a moment for the answer, and closes the connection. Not while another thread
     * receives; that thread calls this itself when it is done, or {@link #abort} is called from outside.
     */
    @Override
    public void close() {
        try (Deadline deadline = new Deadline(connection, CLOSE_WITHIN)) {
            control.sendClose();
            while (!closeReceived && !deadline.passed()) {
                receive();
            }
            control.join();
        } catch (IOException gone) {
            // That is what was wanted.
        } finally {
            abort();
        }
    }

    /** Drops the connection without a word, from any thread. */
    public void abort() {
        control.end();
        connection.close();
    }
}
