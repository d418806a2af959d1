/*
 * The processes of a box as the host sees them, what they have written, and their end: that of whole commands. The box
 * may start others at any time, so all are stopped before one is killed.
 */
#include "watch.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Less may be what a removal of files writes. */
#define LITTLE MEBIBYTE
#define ROUNDS_MAX 64
#define ROUND_PAUSE_US 500

static bool is_of(const struct watched *box, pid_t pid)
{
	char path[64];
	struct stat processes;
	snprintf(path, sizeof path, "/proc/%d/ns/pid", pid);
	return pid != box->first && stat(path, &processes) == 0 && processes.st_ino == box->processes.st_ino &&
	       processes.st_dev == box->processes.st_dev;
}

void each_process(const struct watched *box, void (*each)(pid_t pid, void *context), void *context)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		pid_t pid = isdigit((unsigned char)*entry->d_name) ? atoi(entry->d_name) : 0;
		if (pid > 0 && is_of(box, pid))
			each(pid, context);
	}
	if (proc != NULL)
		closedir(proc);
}

static bool read_text(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[length > 0 ? length : 0] = '\0';
	return length > 0;
}

static long long number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	return at == NULL ? 0 : atoll(at + strlen(key));
}

static void look_at(pid_t pid, void *context)
{
	struct writers *writers = context;
	char text[1024];
	/* "PID (NAME) STATE PARENT …", where NAME may contain anything. */
	char *rest = read_text(pid, "stat", text, sizeof text) ? strrchr(text, ')') : NULL;
	if (rest == NULL || strlen(rest) < 5 || rest[2] == 'Z' || rest[2] == 'X')
		return;
	/* Powers of two are where the list is full. */
	if ((writers->count & (writers->count - 1)) == 0) {
		size_t room = writers->count == 0 ? 1 : 2 * writers->count;
		struct writer *larger = realloc(writers->list, room * sizeof *larger);
		if (larger == NULL)
			return;
		writers->list = larger;
	}
	struct writer *writer = &writers->list[writers->count++];
	*writer = (struct writer){.pid = pid, .parent = atoi(rest + 4), .stopped = strchr("Tt", rest[2]) != NULL};
	if (read_text(pid, "io", text, sizeof text))
		writer->written = number_after(text, "\nwrite_bytes: ") - number_after(text, "\ncancelled_write_bytes: ");
}

struct writers look_at_writers(const struct watched *box)
{
	struct writers writers = {0};
	each_process(box, look_at, &writers);
	return writers;
}

static int by_pid(const void *one, const void *other)
{
	return ((const struct writer *)one)->pid - ((const struct writer *)other)->pid;
}

static struct writer *find(const struct writers *writers, pid_t pid)
{
	struct writer key = {.pid = pid};
	return writers->count == 0 ? NULL : bsearch(&key, writers->list, writers->count, sizeof key, by_pid);
}

/* The process below the box's first one that it descends from: a command's supervisor. */
static struct writer *top_of(const struct writers *writers, struct writer *writer)
{
	struct writer *parent = writer;
	for (size_t i = 0; i < writers->count && parent != NULL; i++) {
		writer = parent;
		parent = find(writers, writer->parent);
	}
	return writer;
}

static bool has_written(const struct writers *before, const struct writer *now)
{
	const struct writer *earlier = find(before, now->pid);
	return now->written - (earlier == NULL ? 0 : earlier->written) >= LITTLE;
}

/* The tops of what has written, which then has to go with all that descends from it. */
static struct writers choose(const struct watched *box, const struct writers *before, bool all)
{
	struct writers now = look_at_writers(box);
	bool none = true;
	for (size_t i = 0; i < now.count; i++)
		if (has_written(before, &now.list[i])) {
			top_of(&now, &now.list[i])->chosen = true;
			none = false;
		}
	for (size_t i = 0; i < now.count && (all || none); i++)
		top_of(&now, &now.list[i])->chosen = true;
	return now;
}

/* Unless it is another process by now. */
static void send_signal(const struct watched *box, pid_t pid, int number)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return;
	if (is_of(box, pid))
		syscall(SYS_pidfd_send_signal, process, number, NULL, 0);
	close(process);
}

/* Sends a signal to all that descends from the chosen, or only to what runs of it; to how many. */
static size_t signal_chosen(const struct watched *box, const struct writers *chosen, int number, bool only_running)
{
	struct writers now = look_at_writers(box);
	size_t signalled = 0;
	for (size_t i = 0; i < now.count; i++) {
		const struct writer *top = find(chosen, top_of(&now, &now.list[i])->pid);
		if (top != NULL && top->chosen && !(only_running && now.list[i].stopped)) {
			send_signal(box, now.list[i].pid, number);
			signalled++;
		}
	}
	free(now.list);
	return signalled;
}

void end_writers(const struct watched *box, const struct writers *before, bool all)
{
	struct writers chosen = choose(box, before, all);
	for (int round = 0; round < ROUNDS_MAX && signal_chosen(box, &chosen, SIGSTOP, true) > 0; round++)
		usleep(ROUND_PAUSE_US);
	signal_chosen(box, &chosen, SIGKILL, false);
	free(chosen.list);
}
