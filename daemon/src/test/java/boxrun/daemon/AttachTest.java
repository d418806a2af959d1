package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExitData;
import boxrun.api.ProblemException;
import boxrun.api.Session;
import boxrun.client.Attach;
import boxrun.client.AttachSession;
import boxrun.client.ConnectionException;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.Typist;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Terminals in boxes, by our own client; {@link IndependentClientsTest} has the others. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class AttachTest {
    private static final String RAW = "stty raw -echo; printf ready; ";

    private final DaemonProcess daemon;
    private final Box box;
    private final Commands commands;

    AttachTest() throws Exception {
        daemon = new DaemonProcess().option("-Xmx64m");
        daemon.start();
        box = daemon.box("{\"workdir\": \"/srv/made\", \"env\": {\"OF_THE_BOX\": \"seen\"}}");
        commands = daemon.commands(box);
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
    }

    private Typist terminal(String... command) {
        return Typist.at(daemon.client(), box.id(), null, command);
    }

    private Typist session(String name, String... command) {
        return Typist.at(daemon.client(), box.id(), name, command);
    }

    @Test
    void aTerminalHasTheSizeOfItsClientsAndTheWorldOfTheBox() {
        try (Typist typist = terminal("sh", "-c", "stty size; echo $TERM $OF_THE_BOX $PWD; read x; stty size")) {
            typist.await("24 80");
            typist.await("xterm seen /srv/made");
            typist.terminal().resize(132, 43);
            typist.type("\r").await("43 132");
            assertThat(typist.exit()).isEqualTo(new ExitData(0, null));
        }
    }

    @Test
    void controlCEndsACommandAndTheShellGoesOnToItsExitCode() {
        try (Typist typist = terminal()) {
            typist.await("ready> ");
            // By the command itself, which has the terminal then: the shell would tell too early.
            typist.type("sh -c 'echo be\"\"gun; exec sleep 1000'\r").await("begun\r\n");
            typist.type("\u0003").await("ready> ");
            typist.type("echo code=$?\r").await("code=130");
            typist.type("exit 7\r");
            assertThat(typist.exit()).isEqualTo(new ExitData(7, null));
        }
    }

    @Test
    void whatDoesNotExistIsSaidAndIs127() {
        try (Typist typist = terminal("no-such-shell")) {
            assertThat(typist.rest()).contains("no-such-shell");
            assertThat(typist.exit().exitCode()).isEqualTo(127);
        }
    }

    @Test
    void aTimeEndsTheCommandAndItsExitSaysSo() {
        Attach timed = new Attach(List.of("sleep", "1000"), 80, 24, null, null, null, Map.of(), null, 200L);
        try (AttachSession session = daemon.client().attach(box.id(), timed)) {
            while (session.next().isPresent()) {}
            assertThat(session.exit()).hasValueSatisfying(exit -> {
                assertThat(exit.exitCode()).isEqualTo(124);
                assertThat(exit.error()).isNotNull();
            });
        }
    }

    @Test
    void everyByteGoesThroughBothWays() {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            bytes.append((char) (i * 7 % 256));
        }
        try (Typist typist = terminal("sh", "-c", RAW + "head -c " + bytes.length())) {
            typist.await("ready");
            Thread typing = Thread.startVirtualThread(() -> typist.type(bytes.toString()));
            assertThat(typist.rest().contentEquals(bytes)).isTrue();
            assertThat(typing.isAlive()).isFalse();
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsUpItsOwnTerminalOnly() {
        try (Typist slow = terminal("sh", "-c", RAW + "head -c 30000000 /dev/zero | tr '\\0' x; echo > /srv/all")) {
            slow.await("ready");
            Exec other = commands.ended(commands.sh("test ! -e /srv/all"));
            assertThat(other.exitCode()).isZero();
            try (Typist quick = terminal("echo", "quick")) {
                assertThat(quick.rest()).contains("quick");
            }
            assertThat(slow.rest()).hasSize(30_000_000);
        }
    }

    @Test
    void tenTerminalsAtOnceDoNotGetMixedUp() {
        List<Typist> typists = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            typists.add(terminal());
        }
        for (int i = 0; i < 10; i++) {
            typists.get(i)
                    .type("stty -echo; echo i''am" + i + "; seq 1 2000 | sed s/^/of" + i + "-/; exit " + i + "\r");
        }
        for (int i = 0; i < 10; i++) {
            typists.get(i).await("iam" + i);
            String lines = typists.get(i).rest();
            String own = "of" + i + "-";
            assertThat(lines.lines().filter(line -> line.startsWith(own))).hasSize(2000);
            assertThat(lines.lines().filter(line -> line.startsWith("of") && !line.startsWith(own)))
                    .isEmpty();
            assertThat(typists.get(i).exit().exitCode()).isEqualTo(i);
            typists.get(i).close();
        }
    }

    /** At once, and not when the daemon's next ping, after 15 s, is not answered. */
    @Test
    void aClientThatVanishesHangsUp() {
        Typist typist =
                terminal("sh", "-c", "trap 'echo hup > /srv/hup; exit' HUP; echo up; while :; do sleep 0.05; done");
        typist.await("up");
        typist.terminal().close();
        String inTime = "for i in $(seq 100); do [ ! -s /srv/hup ] || exit 0; sleep 0.1; done; exit 1";
        assertThat(commands.ended(commands.sh(inTime)).exitCode()).isZero();
    }

    @Test
    void aSessionGoesOnWithoutItsClientAndShowsWhatItMissed() {
        try (Typist first = session("work")) {
            first.await("ready> ");
            first.type("secret=42; echo first-''line\r").await("first-line");
            first.type("(sleep 0.3; echo mis''sed; touch /srv/missed) &\r").await("ready> ");
        }
        assertThat(commands.ended(commands.sh("while [ ! -e /srv/missed ]; do sleep 0.02; done"))
                        .exitCode())
                .isZero();
        assertThat(daemon.client().sessions(box.id())).extracting(Session::name).contains("work");
        try (Typist again = session("work")) {
            assertThat(again.await("missed")).contains("first-line");
            again.type("echo is-''$secret\r").await("is-42");
            assertThat(daemon.client().sessions(box.id()))
                    .filteredOn(each -> each.name().equals("work"))
                    .extracting(Session::attached)
                    .containsExactly(true);
            again.type("exit 3\r");
            assertThat(again.exit().exitCode()).isEqualTo(3);
        }
        assertThat(daemon.client().sessions(box.id())).extracting(Session::name).doesNotContain("work");
    }

    @Test
    void whatWasTypedArrivesThoughTheClientLeavesAtOnce() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            try (Typist hasty = session("hasty", "sh")) {
                hasty.type("echo " + i + " >> /srv/typed\r");
            }
            lines.append(i).append('\n');
        }
        for (int i = 0; i < 50; i++) {
            try (Typist hasty = session("hasty-" + i, "sh")) {
                hasty.type("echo x > /srv/typed-" + i + "; exit\r");
            }
        }
        String whenAllIsThere = "for i in $(seq 600); do"
                + " [ $(wc -l < /srv/typed) -lt 200 ] || [ $(cat /srv/typed-* | wc -l) -lt 50 ] || break; sleep 0.1; done;"
                + " cat /srv/typed-* | wc -l; sort -n /srv/typed";
        assertThat(commands.record(commands.sh(whenAllIsThere)).stdout()).isEqualTo("50\n" + lines);
        session("hasty").type("exit\r").exit();
    }

    @Test
    void aSecondClientTakesASessionOverEvenFromOneThatDoesNotRead() {
        try (Typist first = session("shared");
                Typist stuck = session("flood", "sh", "-c", "while :; do seq 1 100000; done")) {
            first.await("ready> ");
            try (Typist second = session("shared")) {
                second.await("ready> ");
                assertThatThrownBy(first::rest)
                        .isInstanceOf(ConnectionException.class)
                        .hasMessageContaining("another client has taken over the session shared");
                second.type("echo mine-''now\r").await("mine-now");
                second.type("exit\r").exit();
            }
            stuck.await("1000");
            try (Typist second = session("flood")) {
                for (int i = 0; i < 100; i++) {
                    second.await("50000");
                }
                second.type("\u0003").exit();
            }
        }
    }

    @Test
    void aSessionSurvivesTheDaemonAndEndsWithItsBox() throws Exception {
        Box other = daemon.box("{}");
        try (Typist before = Typist.at(daemon.client(), other.id(), "lasting")) {
            before.await("ready> ");
            before.type("kept=yes; echo shown-''before\r").await("shown-before");
            before.type("for i in 1 2 3; do sleep 0.5; echo mean''while$i; done\r")
                    .await("meanwhile1");
            daemon.kill();
        }
        daemon.start();
        assertThat(daemon.client().sessions(other.id()))
                .extracting(Session::name)
                .containsExactly("lasting");
        try (Typist after = Typist.at(daemon.client(), other.id(), "lasting")) {
            String shown = after.await("meanwhile3");
            assertThat(shown).contains("shown-before", "meanwhile1", "meanwhile2");
            assertThat(shown.split("meanwhile2", -1)).hasSize(2);
            after.type("echo still-''$kept\r").await("still-yes");
            daemon.client().stop(other.id());
            assertThat(after.exit().error()).isNotNull();
        }
        assertThat(daemon.client().sessions(other.id())).isEmpty();
        daemon.client().remove(other.id(), true);
    }

    @Test
    void aRequestThatIsNotRightIsRefusedBeforeTheUpgrade() {
        assertRefused(ErrorCode.VALIDATION_ERROR, "session", () -> session("not a name"));
        assertRefused(ErrorCode.BOX_NOT_FOUND, "none", () -> Typist.at(daemon.client(), "none", null));
        assertRefused(ErrorCode.BOX_NOT_FOUND, "a/b", () -> Typist.at(daemon.client(), "a/b", null));
        Box stopped = daemon.box("{\"name\": \"stopped\"}");
        daemon.client().stop("stopped");
        assertRefused(ErrorCode.BOX_NOT_RUNNING, "stopped", () -> Typist.at(daemon.client(), "stopped", null));
        daemon.client().remove(stopped.id(), false);
    }

    private static void assertRefused(ErrorCode code, String words, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }
}
