/*
 * Ends a process of the host when a box's first process ends. It waits in the background, because the daemon may not be
 * there to do it: boxes outlive it.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* -1 for a process that is gone. */
static int open_process(const char *number)
{
	int process = (int)syscall(SYS_pidfd_open, (pid_t)strtol(number, NULL, 10), 0);
	if (process < 0 && errno != ESRCH)
		fail("watch process", number);
	return process;
}

static void leave_for_background(void)
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

int tether_command(int argc, char **argv)
{
	if (argc != 5)
		usage("tether UIDS GIDS BOX_PROCESS PROCESS");
	struct pollfd box = {.fd = open_process(argv[3]), .events = POLLIN};
	struct pollfd tethered = {.fd = open_process(argv[4]), .events = POLLIN};
	if (tethered.fd < 0)
		return 0;
	if (box.fd >= 0) {
		leave_for_background();
		struct pollfd either[] = {box, tethered};
		while (poll(either, 2, -1) < 0 && errno == EINTR)
			;
	}
	/* Of one that has ended already the kernel says so, and nothing happens. */
	syscall(SYS_pidfd_send_signal, tethered.fd, SIGKILL, NULL, 0);
	return 0;
}
