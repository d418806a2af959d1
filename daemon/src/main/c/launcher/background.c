#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int open_process(const char *number)
{
	int process = (int)syscall(SYS_pidfd_open, (pid_t)strtol(number, NULL, 10), 0);
	if (process < 0 && errno != ESRCH)
		fail("watch process", number);
	return process;
}

void leave_for_background(void)
{
	pid_t child = fork();
	if (child < 0)
		fail("make", "a process");
	if (child > 0)
		_exit(0);
	setsid();
	int null = open("/dev/null", O_RDWR);
	/* Whoever has started us waits for the end of these. */
	for (int standard = 0; standard < 3; standard++)
		dup2(null, standard);
	if (null > 2)
		close(null);
	if (chdir("/") < 0)
		_exit(FAILED);
}
