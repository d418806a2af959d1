/*
 * probe: tries everything in turn and prints one line for each attempt, "NAME open", "NAME ERROR" or "NAME killed".
 * probe serve: the host's side of the attempts that look for something there.
 * probe reach ADDRESS PORT: tries to connect.
 *
 * Outside of a box the attempts are not made: there they would succeed.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 20

int supervisor;

int refused_if(int failed)
{
	return failed ? errno : 0;
}

int refused_unless(long result, int allowed)
{
	return result >= 0 || errno == allowed ? 0 : errno;
}

int can_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static const char *outcome(int status)
{
	if (!WIFEXITED(status))
		return "killed";
	switch (WEXITSTATUS(status)) {
	case 0:
		return "open";
#define NAME(error) \
	case error: \
		return #error
	NAME(EPERM);
	NAME(EACCES);
	NAME(EROFS);
	NAME(ENOSYS);
	NAME(ENOENT);
	NAME(ESRCH);
	NAME(EINVAL);
	NAME(ECONNREFUSED);
	NAME(EAFNOSUPPORT);
	NAME(EPROTONOSUPPORT);
	NAME(EOPNOTSUPP);
	NAME(ENODEV);
	NAME(ENODATA);
	NAME(EBUSY);
#undef NAME
	}
	return strerror(WEXITSTATUS(status));
}

/* Each in a process of its own: it may be killed, or change what the next one would see. */
static void try_all(const struct probe *probes)
{
	for (const struct probe *probe = probes; probe->name; probe++) {
		int status = 0;
		pid_t pid = fork();
		if (pid == 0) {
			alarm(SECONDS);
			_exit(probe->attempt());
		}
		waitpid(pid, &status, 0);
		printf("%s %s\n", probe->name, outcome(status));
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "serve") == 0)
		return serve();
	if (argc == 4 && strcmp(argv[1], "reach") == 0)
		return reach(argv[2], argv[3]);
	if (access("/.boxrun/agent", F_OK) < 0) {
		fprintf(stderr, "probe: this is not a box\n");
		return 2;
	}
	supervisor = getppid();
	try_all(namespace_probes);
	try_all(admin_probes);
	try_all(kernel_probes);
	try_all(process_probes);
	try_all(view_probes);
	try_all(abi_probes);
	return 0;
}
