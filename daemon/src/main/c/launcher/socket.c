#include "mounts.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Where the agent looks for it; the runtime is told to leave it open. */
#define LISTENER 3

void listen_for_agent(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address.sun_path)
		fail_because("listen on", path, "the path is too long for a socket");
	strcpy(address.sun_path, path);
	if (unlink(path) < 0 && errno != ENOENT)
		fail("remove the old socket", path);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (listener < 0)
		fail("make", "a socket");
	mode_t mask = umask(0177);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 16) < 0)
		fail("listen on", path);
	umask(mask);
	if (listener != LISTENER) {
		if (dup2(listener, LISTENER) < 0)
			fail("pass on", "the socket");
		close(listener);
	}
}
