package boxrun.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** A connected socket that carries one exchange. */
final class Connection implements Closeable {
    private static final int SMALL_BODY = 32 << 10;

    private final Address address;
    private final SocketChannel channel;
    private final ChannelInput input;
    private final ChannelOutput output;

    Connection(Address address, SocketChannel channel) {
        this.address = address;
        this.channel = channel;
        this.input = new ChannelInput(channel);
        this.output = new ChannelOutput(channel);
    }

    ChannelInput input() {
        return input;
    }

    ChannelOutput output() {
        return output;
    }

    HttpResponse exchange(HttpRequest request) throws IOException {
        RequestBody body = request.content().orElse(null);
        if (body == null) {
            write(head(request, "Connection: close\r\n"), new byte[0]);
            return answer(request, request.answerWithin());
        }
        String framing = body.length() == RequestBody.UNKNOWN
                ? "Transfer-Encoding: chunked\r\n"
                : "Content-Length: " + body.length() + "\r\n";
        byte[] head = head(request, "Connection: close\r\nContent-Type: " + body.contentType() + "\r\n" + framing);
        if (body.length() >= 0 && body.length() <= SMALL_BODY) {
            write(head, body.stream().readNBytes((int) body.length()));
            return answer(request, request.answerWithin());
        }
        write(head, new byte[0]);
        // Beside the reading, because a server may answer, and stop reading, before the body is sent.
        BodySender sender = new BodySender(body, channel, output);
        Thread thread = Thread.ofVirtual().name("request body").start(sender);
        try {
            HttpResponse answer = answer(request, Duration.ZERO).whenClosed(thread::interrupt);
            sender.rethrow();
            return answer;
        } catch (IOException e) {
            sender.rethrow();
            throw e;
        }
    }

    /** A server that has stopped reading may have answered: whether it has, reading the answer tells. */
    private void write(byte[] head, byte[] body) {
        try {
            output.write(ByteBuffer.wrap(head), ByteBuffer.wrap(body));
        } catch (IOException unsent) {
            // A connection that is gone has no answer to read either.
        }
    }

    private HttpResponse answer(HttpRequest request, Duration within) throws IOException {
        try (Deadline deadline = new Deadline(channel, within)) {
            try {
                return HttpResponse.read(this, request.method());
            } catch (IOException e) {
                if (deadline.passed()) {
                    throw new SocketTimeoutException(address + " did not answer within " + within.toMillis() + " ms");
                }
                throw e;
            }
        }
    }

    byte[] head(HttpRequest request, String framing) {
        StringBuilder head = new StringBuilder(256);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(address.authority()).append("\r\n");
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return head.append(framing).append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // Nothing is left to be done with it.
        }
    }
}
