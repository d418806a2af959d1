/*
 * Ends a process of the host when a box's first process ends. It waits in the background, because the daemon may not be
 * there to do it: boxes outlive it.
 */
#include "launcher.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

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
