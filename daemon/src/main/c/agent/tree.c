#include "tree.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How often tree_kill looks for processes that are not stopped yet. Each round stops all it finds, and a stopped
 * process does not fork, so a tree needs about as many rounds as it is deep. */
#define ROUNDS_MAX 64

struct process {
    pid_t pid;
    pid_t parent;
    bool stopped;
    bool descends;
};

struct snapshot {
    struct process *processes;
    size_t count;
    size_t room;
};

/* Reads parent and state of /proc/PID/stat: "PID (NAME) STATE PARENT ...", where NAME may contain anything. */
static bool read_process(int proc, const char *name, struct process *process)
{
    char path[32], text[512];
    snprintf(path, sizeof path, "%.16s/stat", name);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        return false;
    text[length] = 0;
    char *rest = strrchr(text, ')');
    if (!rest || strlen(rest) < 5)
        return false;
    char state = rest[2];
    *process = (struct process){.pid = atoi(name), .parent = atoi(rest + 4), .stopped = strchr("TtZX", state)};
    return true;
}

static struct snapshot take_snapshot(void)
{
    struct snapshot snapshot = {0};
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    while (proc && (entry = readdir(proc))) {
        if (!isdigit((unsigned char)*entry->d_name))
            continue;
        if (snapshot.count == snapshot.room) {
            size_t room = snapshot.room ? snapshot.room * 2 : 256;
            struct process *larger = realloc(snapshot.processes, room * sizeof *larger);
            if (!larger)
                break;
            snapshot.processes = larger;
            snapshot.room = room;
        }
        if (read_process(dirfd(proc), entry->d_name, &snapshot.processes[snapshot.count]))
            snapshot.count++;
    }
    if (proc)
        closedir(proc);
    return snapshot;
}

static int by_pid(const void *one, const void *other)
{
    return ((const struct process *)one)->pid - ((const struct process *)other)->pid;
}

/* /proc lists processes in the order of their numbers. */
static bool is_descendant(const struct snapshot *snapshot, pid_t pid)
{
    struct process key = {.pid = pid};
    const struct process *found = bsearch(&key, snapshot->processes, snapshot->count, sizeof key, by_pid);
    return found && found->descends;
}

static struct snapshot take_descendants(void)
{
    struct snapshot snapshot = take_snapshot();
    pid_t self = getpid();
    /* Children mostly have higher numbers than their parents, so this ends after two passes. */
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < snapshot.count; i++) {
            struct process *process = &snapshot.processes[i];
            if (!process->descends && (process->parent == self || is_descendant(&snapshot, process->parent)))
                more = process->descends = true;
        }
    }
    return snapshot;
}

/* Signals the descendants, or only those that are not stopped; how many it were. */
static size_t signal_all(int number, bool only_running)
{
    struct snapshot snapshot = take_descendants();
    size_t signalled = 0;
    for (size_t i = 0; i < snapshot.count; i++) {
        const struct process *process = &snapshot.processes[i];
        if (process->descends && !(only_running && process->stopped)) {
            kill(process->pid, number);
            signalled++;
        }
    }
    free(snapshot.processes);
    return signalled;
}

void tree_signal(int number)
{
    signal_all(number, false);
}

void tree_kill(void)
{
    for (int round = 0; round < ROUNDS_MAX && signal_all(SIGSTOP, true) > 0; round++)
        /* The stop takes effect when the process next runs; give it the processor. */
        usleep(round < 4 ? 200 : 2000);
    signal_all(SIGKILL, false);
}
