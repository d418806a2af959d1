#include "supervisor.h"

#include "loop.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ONWARD_MS 20

struct supervisor {
    int control;
    int report;
    int children;
    struct outlets outlets;
    pid_t command;
    bool reaped;
    bool discarding;
    bool released;
    bool killing;
    int64_t kill_at;
};

static void tell(const struct supervisor *self, int what, int first, int second)
{
    struct note note = {what, first, second};
    send(self->control, &note, sizeof note, MSG_NOSIGNAL);
}

/* Closes all but the descriptors that are kept, which are in rising order. */
static void close_others(const int *keep, int count)
{
    unsigned from = 3;
    for (int i = 0; i <= count; i++) {
        unsigned upto = i < count ? (unsigned)keep[i] : ~0u;
        if (from < upto && syscall(SYS_close_range, from, upto - 1, 0) < 0) {
            /* Kernels before 5.9, or a seccomp profile that does not know it. */
            struct rlimit files;
            getrlimit(RLIMIT_NOFILE, &files);
            for (unsigned fd = from; fd < upto && fd < files.rlim_cur; fd++)
                close((int)fd);
        }
        from = upto + 1;
    }
}

static int rising(const void *one, const void *other)
{
    return *(const int *)one - *(const int *)other;
}

/* Keeps what the supervisor and its command need; the agent's sockets and other commands' pipes are not theirs. */
static void keep_only(int control, const struct stdio *stdio, const struct outlets *outlets)
{
    int all[] = {control, stdio->in, stdio->out, stdio->err, outlets->out, outlets->err};
    int keep[sizeof all / sizeof *all];
    int count = 0;
    qsort(all, sizeof all / sizeof *all, sizeof *all, rising);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] > 2 && (count == 0 || keep[count - 1] != all[i]))
            keep[count++] = all[i];
    close_others(keep, count);
}

static void start(struct supervisor *self, const struct spec *spec, const struct stdio *stdio)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) {
        tell(self, NOTE_FAILED, STAGE_RESOURCES, errno);
        _exit(0);
    }
    self->command = fork();
    if (self->command < 0) {
        tell(self, NOTE_FAILED, STAGE_FORK, errno);
        _exit(0);
    }
    if (self->command == 0) {
        struct failure failure = launch(spec, stdio);
        if (write(report[1], &failure, sizeof failure) < 0)
            _exit(126);
        _exit(127);
    }
    close(report[1]);
    if (stdio->in > 2)
        close(stdio->in);
    if (stdio->out != stdio->in)
        close(stdio->out);
    if (stdio->err != stdio->out)
        close(stdio->err);
    self->report = report[0];
}

/* The report's end without a word means that the exec went well. */
static void hear_report(struct supervisor *self)
{
    struct failure failure;
    if (read(self->report, &failure, sizeof failure) == (ssize_t)sizeof failure) {
        tell(self, NOTE_FAILED, failure.stage, failure.error);
        _exit(0);
    }
    close(self->report);
    self->report = -1;
    tell(self, NOTE_STARTED, self->command, 0);
}

static void end(struct supervisor *self, int grace)
{
    if (self->killing)
        return;
    if (grace > 0) {
        tree_signal(SIGTERM);
        /* A stopped process would sleep through it. */
        tree_signal(SIGCONT);
    }
    int64_t kill_at = now_ms() + grace;
    if (!self->kill_at || kill_at < self->kill_at)
        self->kill_at = kill_at;
}

static void hear_agent(struct supervisor *self)
{
    struct note note;
    ssize_t length = recv(self->control, &note, sizeof note, MSG_DONTWAIT);
    if (length < 0)
        return;
    if (length == 0) {
        /* The agent is gone. In a box that cannot be, for all would be gone; a plain process takes its tree along. */
        close(self->control);
        self->control = -1;
        if (!self->released)
            end(self, 0);
    } else if (note.what == NOTE_SIGNAL && !self->reaped) {
        /* Not when reaped: then the number may be another's. */
        if (kill(-self->command, note.first) < 0)
            kill(self->command, note.first);
    } else if (note.what == NOTE_END) {
        end(self, note.first);
    } else if (note.what == NOTE_DISCARD) {
        self->discarding = true;
    } else if (note.what == NOTE_RELEASE) {
        self->released = true;
    }
}

static void discard(int *fd)
{
    static char nowhere[65536];
    ssize_t got = read(*fd, nowhere, sizeof nowhere);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        close(*fd);
        *fd = -1;
    }
}

/* Reaps what has ended; leaves when no child is left and all is told. */
static void reap(struct supervisor *self)
{
    struct signalfd_siginfo info;
    int status;
    pid_t pid;
    if (read(self->children, &info, sizeof info) < 0 && errno != EAGAIN)
        return;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != self->command)
            continue;
        /* A command may end before its report was heard. */
        if (self->report >= 0)
            hear_report(self);
        self->reaped = true;
        tell(self, NOTE_EXITED, status, 0);
    }
    if (pid < 0 && errno == ECHILD)
        _exit(0);
}

static int time_left(const struct supervisor *self)
{
    if (self->killing)
        return ONWARD_MS;
    if (!self->kill_at)
        return -1;
    int64_t left = self->kill_at - now_ms();
    return left > 0 ? (int)left : 0;
}

static _Noreturn void supervise(struct supervisor *self)
{
    for (;;) {
        struct pollfd polls[] = {
            {.fd = self->report, .events = POLLIN},
            {.fd = self->children, .events = POLLIN},
            {.fd = self->control, .events = POLLIN},
            {.fd = self->discarding ? self->outlets.out : -1, .events = POLLIN},
            {.fd = self->discarding ? self->outlets.err : -1, .events = POLLIN},
        };
        poll(polls, sizeof polls / sizeof *polls, time_left(self));
        if (polls[0].revents)
            hear_report(self);
        reap(self);
        if (polls[2].revents)
            hear_agent(self);
        if (polls[3].revents)
            discard(&self->outlets.out);
        if (polls[4].revents)
            discard(&self->outlets.err);
        if (self->killing || (self->kill_at && now_ms() >= self->kill_at)) {
            self->killing = true;
            tree_kill();
        }
    }
}

pid_t supervisor_start(const struct spec *spec, const struct stdio *stdio, const struct outlets *outlets, int *control)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -1;
    pid_t pid = fork();
    if (pid != 0) {
        int error = errno;
        close(ends[1]);
        *control = ends[0];
        if (pid < 0) {
            close(ends[0]);
            errno = error;
        }
        return pid;
    }
    struct supervisor self = {.control = ends[1], .outlets = *outlets, .report = -1};
    sigset_t all, child;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    keep_only(ends[1], stdio, outlets);
    prctl(PR_SET_NAME, "boxrun-exec");
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    self.children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    start(&self, spec, stdio);
    supervise(&self);
}
