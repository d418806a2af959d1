package boxrun.client;

import boxrun.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;

/** An answer's body that its caller reads; a connection that breaks is told as such. */
final class AnswerBody extends InputStream {
    private final Transport transport;
    private final HttpResponse answer;

    AnswerBody(Transport transport, HttpResponse answer) {
        this.transport = transport;
        this.answer = answer;
    }

    @Override
    public int read() {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        try {
            return answer.body().read(bytes, offset, length);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    @Override
    public void close() {
        answer.close();
    }
}
