/* probe reach ADDRESS PORT: whether a connection comes about, also for a socket that insists on the box's device. */
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum way { PLAIN, BOUND_TO_DEVICE, BOUND_TO_ADDRESS };

static const char *const names[] = {"plain", "bound-to-device", "bound-to-address"};

static int try_to_connect(enum way way, const struct sockaddr_in *to)
{
	struct timeval patience = {.tv_sec = 3};
	struct sockaddr_in own = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	inet_pton(AF_INET, "10.0.2.100", &own.sin_addr);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0 ||
	    (way == BOUND_TO_DEVICE && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 4) < 0) ||
	    (way == BOUND_TO_ADDRESS && bind(fd, (struct sockaddr *)&own, sizeof own) < 0))
		return errno;
	int result = refused_if(connect(fd, (const struct sockaddr *)to, sizeof *to) < 0);
	close(fd);
	return result;
}

int reach(const char *address, const char *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	inet_pton(AF_INET, address, &to.sin_addr);
	for (enum way way = PLAIN; way <= BOUND_TO_ADDRESS; way++) {
		int result = try_to_connect(way, &to);
		printf("%s %s\n", names[way], result == 0 ? "open" : strerror(result));
	}
	return 0;
}
