/* The agent: PID 1 of a box, or a plain process in tests and in a virtual machine's guest. */
#include "command.h"
#include "connection.h"
#include "launch.h"
#include "loop.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* The grace of a stop that SIGTERM asks for. */
#define DEFAULT_GRACE_MS 5000
/* How long a stop waits, when all processes are gone, until the daemon has read what they wrote last. */
#define FAREWELL_MS 5000
#define ONWARD_MS 20

static struct source signals;
static int64_t kill_at;
static int64_t leave_at;

bool agent_stopping(void)
{
    return kill_at > 0;
}

void agent_stop(unsigned grace_ms)
{
    int64_t at = now_ms() + grace_ms;
    if (!kill_at) {
        tree_signal(SIGTERM);
        /* A stopped process would sleep through it. */
        tree_signal(SIGCONT);
    }
    if (!kill_at || at < kill_at)
        kill_at = at;
}

static void hear_signal(struct source *source, uint32_t events)
{
    struct signalfd_siginfo info;
    (void)events;
    while (read(source->fd, &info, sizeof info) == sizeof info)
        if (info.ssi_signo != SIGCHLD)
            agent_stop(DEFAULT_GRACE_MS);
}

/* Reaps supervisors and orphans; false when there is no child left. */
static bool reap(void)
{
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        ;
    return pid == 0;
}

/* Goes on with a stop; returns after how many milliseconds to look again. Ends the process when all is done. */
static int go_on_stopping(bool children)
{
    int64_t now = now_ms();
    if (children && now >= kill_at) {
        tree_kill();
        /* Those that came into the box from outside have no parent here. */
        if (getpid() == 1)
            kill(-1, SIGKILL);
    }
    if (children)
        return now < kill_at ? (int)(kill_at - now) : ONWARD_MS;
    if (!leave_at)
        leave_at = now + FAREWELL_MS;
    if (now < leave_at && (commands_running() || !connections_quiet() || commands_pending()))
        return ONWARD_MS;
    connections_say_stopped();
    exit(0);
}

static int sooner(int one, int other)
{
    return one < 0 ? other : other < 0 ? one : one < other ? one : other;
}

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "boxrun-agent: %s: %s\n", what, strerror(errno));
    exit(2);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s~", path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    unlink(address.sun_path);
    umask(0177);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* It gets its name when it listens: who waits for the name can connect. */
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 8) < 0 ||
        rename(address.sun_path, path) < 0)
        die(path);
    umask(022);
    return fd;
}

/* What the agent got as 0 to 2 belongs to the host. Commands without input get this /dev/null, which the box's root
 * cannot replace. */
static void take_null(void)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        die("/dev/null");
    for (int fd = 0; fd <= 2; fd++)
        if (null != fd && dup2(null, fd) < 0)
            die("/dev/null");
    if (null > 2)
        close(null);
}

static void take_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signals = (struct source){.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), .ready = hear_signal};
    if (signals.fd < 0 || loop_watch(&signals, EPOLLIN) < 0)
        die("signalfd");
}

int main(int argc, char **argv)
{
    int listener = -1;
    if (argc == 3 && strcmp(argv[1], "--listen-fd") == 0)
        listener = atoi(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "--listen") == 0)
        listener = listen_at(argv[2]);
    if (listener < 3) {
        fprintf(stderr, "usage: boxrun-agent --listen-fd N | --listen PATH\n");
        return 2;
    }
    if (fcntl(listener, F_SETFD, FD_CLOEXEC) < 0)
        die(argv[2]);
    launch_prepare();
    /* From here on no process of the box, its root included, can trace the agent or take its descriptors. */
    if (prctl(PR_SET_DUMPABLE, 0) < 0)
        die("PR_SET_DUMPABLE");
    if (getpid() != 1 && prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
        die("PR_SET_CHILD_SUBREAPER");
    if (loop_open() < 0)
        die("epoll");
    take_signals();
    if (connections_open(listener) < 0)
        die(argv[2]);
    take_null();

    for (;;) {
        bool children = reap();
        int timeout = commands_tick();
        if (connections_serve())
            timeout = 0;
        if (agent_stopping())
            timeout = sooner(timeout, go_on_stopping(children));
        loop_turn(timeout);
    }
}
