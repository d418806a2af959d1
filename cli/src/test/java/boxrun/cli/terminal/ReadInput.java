package boxrun.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** Reads its standard input on a thread until one piece has come, and then stops reading. */
final class ReadInput {
    private ReadInput() {}

    public static void main(String[] arguments) throws Exception {
        Console console = Console.ofProcess();
        CountDownLatch came = new CountDownLatch(1);
        StringBuilder read = new StringBuilder();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                console.read((buffer, length) -> {
                    read.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
                    came.countDown();
                    return true;
                });
                read.append("and the end");
            } catch (IOException e) {
                read.append(e);
            }
            came.countDown();
        });
        came.await();
        if (arguments.length > 0) {
            console.stopReading();
        }
        reader.join();
        console.print(read.toString());
        console.out().flush();
    }
}
