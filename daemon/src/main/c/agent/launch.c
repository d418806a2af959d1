#include "launch.h"

#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define OOM_LOWEST -900
#define OOM_RAISE 100

static struct rlimit files;
static int oom_of_commands;

static bool write_oom(int value)
{
    char text[16];
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    int length = snprintf(text, sizeof text, "%d", value);
    bool written = fd >= 0 && write(fd, text, (size_t)length) == length;
    if (fd >= 0)
        close(fd);
    return written;
}

static int read_oom(void)
{
    char text[16] = "0";
    int fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t length = read(fd, text, sizeof text - 1);
        text[length > 0 ? length : 0] = 0;
        close(fd);
    }
    return atoi(text);
}

void launch_prepare(void)
{
    getrlimit(RLIMIT_NOFILE, &files);
    struct rlimit most = {files.rlim_max, files.rlim_max};
    setrlimit(RLIMIT_NOFILE, &most);

    /* The agent must be the last to go when memory is short. Lowering needs a privilege that a box seldom has; raising
     * the commands needs none. */
    int own = read_oom();
    if (own <= OOM_LOWEST || write_oom(OOM_LOWEST))
        oom_of_commands = own;
    else
        oom_of_commands = own + OOM_RAISE < 1000 ? own + OOM_RAISE : 1000;
}

static void reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool become(const struct identity *identity)
{
    /* Where a user namespace has no more than one id, setgroups is refused, and there is nothing to drop. */
    if (setgroups((size_t)identity->group_count, identity->groups) < 0 && (identity->group_count > 0 || errno != EPERM))
        return false;
    return setgid(identity->gid) == 0 && setuid(identity->uid) == 0;
}

static bool set_rlimits(const struct spec *spec)
{
    for (int i = 0; i < spec->rlimit_count; i++)
        if (setrlimit(spec->rlimits[i].resource, &spec->rlimits[i].limit) < 0)
            return false;
    return true;
}

/* Opening /dev/stdout again needs the pipe, or the terminal, to belong to the user. /dev/null belongs to root. */
static void give_stdio(const struct identity *identity, const struct spec *spec)
{
    for (int fd = spec->input || spec->pty ? 0 : 1; fd <= 2; fd++)
        if (fchown(fd, identity->uid, spec->pty ? (gid_t)-1 : identity->gid) < 0)
            return;
}

static bool set_stdio(const struct stdio *stdio, bool pty)
{
    /* The agent has 0 to 2 open itself, so these are above, and do not overwrite each other. */
    if (dup2(stdio->in, 0) < 0 || dup2(stdio->out, 1) < 0 || dup2(stdio->err, 2) < 0)
        return false;
    return !pty || ioctl(0, TIOCSCTTY, 0) == 0;
}

static const char *environment(char **env, const char *name)
{
    size_t length = strlen(name);
    for (; *env; env++)
        if (strncmp(*env, name, length) == 0 && (*env)[length] == '=')
            return *env + length + 1;
    return NULL;
}

/* execve as execvp does it: a file in no known format is a shell script. Returns when it failed, with errno. */
static void run(const char *path, const struct spec *spec)
{
    execve(path, spec->argv, spec->env);
    if (errno != ENOEXEC)
        return;
    size_t count = 0;
    while (spec->argv[count])
        count++;
    char **shell = calloc(count + 2, sizeof *shell);
    if (!shell)
        return;
    shell[0] = "/bin/sh";
    shell[1] = (char *)path;
    memcpy(shell + 2, spec->argv + 1, count * sizeof *shell);
    execve(shell[0], shell, spec->env);
    free(shell);
    errno = ENOEXEC;
}

static struct failure run_found(const char *path, const struct spec *spec)
{
    run(path, spec);
    int error = errno;
    bool there = error == ENOENT && access(path, F_OK) == 0;
    return (struct failure){there ? STAGE_INTERPRETER : STAGE_EXEC, error};
}

static struct failure search(const struct spec *spec)
{
    const char *name = spec->argv[0];
    const char *rest = environment(spec->env, "PATH");
    struct failure best = {STAGE_EXEC, ENOENT};
    if (strchr(name, '/'))
        return run_found(name, spec);
    for (rest = rest ? rest : DEFAULT_PATH; rest; rest = strchr(rest, ':') ? strchr(rest, ':') + 1 : NULL) {
        char path[PATH_MAX];
        int length = (int)strcspn(rest, ":");
        if (snprintf(path, sizeof path, "%.*s%s%s", length, rest, length ? "/" : "", name) >= (int)sizeof path)
            continue;
        struct failure failure = run_found(path, spec);
        if (failure.stage == STAGE_INTERPRETER || (failure.error != ENOENT && failure.error != ENOTDIR &&
                                                   failure.error != EACCES && failure.error != ENAMETOOLONG))
            return failure;
        /* What is there but may not be run says more than that there is nothing further on. */
        if (failure.error == EACCES)
            best = failure;
    }
    return best;
}

struct failure launch(const struct spec *spec, const struct stdio *stdio)
{
    static struct identity identity;
    reset_signals();
    setsid();
    if (!set_stdio(stdio, spec->pty))
        return (struct failure){STAGE_PTY, errno};
    enum lookup lookup = identity_find(spec->user, &identity);
    if (lookup != FOUND)
        return (struct failure){lookup == NO_USER ? STAGE_USER : STAGE_GROUP, ENOENT};
    write_oom(oom_of_commands);
    setrlimit(RLIMIT_NOFILE, &files);
    if (!set_rlimits(spec))
        return (struct failure){STAGE_RLIMIT, errno};
    give_stdio(&identity, spec);
    umask(spec->umask);
    /* First as root, because an image's working directory is often /root, also for other users; then as the user,
     * because root may not see what is the user's (a network or FUSE file system). */
    bool there = chdir(spec->cwd) == 0;
    if (!there && errno != EACCES)
        return (struct failure){STAGE_CWD, errno};
    if (!become(&identity))
        return (struct failure){STAGE_IDENTITY, errno};
    if (!there && chdir(spec->cwd) < 0)
        return (struct failure){STAGE_CWD, errno};

    /* The list of strings has room for one more. */
    static char home[HOME_MAX + 8];
    if (!environment(spec->env, "HOME")) {
        char **end = spec->env;
        while (*end)
            end++;
        snprintf(home, sizeof home, "HOME=%s", identity.home);
        *end = home;
    }
    return search(spec);
}
